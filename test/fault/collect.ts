/** Reads what a run left behind: the journal of the handlers, the API's answers, and what the processes printed. */

import { readFileSync } from 'node:fs';
import type { Fleet, Life } from './fleet.js';
import {
  type Execution,
  type FateSeen,
  type History,
  nameOf,
  type ScheduleSeen,
  type TaskSeen,
} from './history.js';
import type { Operator } from './schedules.js';

interface Line {
  event: 'start' | 'end' | 'silence';
  worker: string;
  id: string;
  attempt: number;
  n: number | null;
  at: number;
  wall: number;
  dueAt: number;
  takenUpAt: number;
  nominal: number | null;
  how: 'ok' | 'error' | 'dies';
  from: number;
  to: number;
}

export interface Journal {
  executions: Execution[];
  silences: { worker: string; from: number; to: number }[];
}

export function readJournal(path: string): Journal {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const events = lines.map((line) => JSON.parse(line) as Line);
  const key = ({ worker, id, attempt }: Line): string => `${worker} ${id} ${attempt}`;
  const ends = new Map(events.filter(({ event }) => event === 'end').map((line) => [key(line), line]));
  const executions = events
    .filter(({ event }) => event === 'start')
    .map((line): Execution => {
      const { id, attempt, n, worker, at, wall, takenUpAt, dueAt, nominal } = line;
      const end = ends.get(key(line));
      const began = { id, attempt, n, worker, startedAt: at, startedWall: wall, takenUpAt, dueAt, nominal };
      return { ...began, endedAt: end?.at ?? null, end: end?.how ?? null };
    });
  return { executions, silences: events.filter(({ event }) => event === 'silence') };
}

export function workersOf(fleet: Fleet, { silences }: Journal): History['workers'] {
  return livesOf(fleet, 'worker').map(({ name, endedAt, silences: stops }) => ({
    name,
    endedAt,
    silences: [...stops, ...silences.filter(({ worker }) => worker === name)],
  }));
}

/** Ends nobody meant; a worker may be killed by the task it ran. */
export function strangeEnds(fleet: Fleet, { executions }: Journal): History['strangeEnds'] {
  const poisoned = new Set(executions.filter(({ end }) => end === 'dies').map(({ worker }) => worker));
  return [...livesOf(fleet, 'node'), ...livesOf(fleet, 'worker')].flatMap(({ name, strange }) =>
    strange === null || poisoned.has(name) ? [] : [{ name, how: strange }],
  );
}

/** Workers say which endings they were refused. */
export function refusals(fleet: Fleet): History['refusals'] {
  return livesOf(fleet, 'worker').flatMap(({ process }) =>
    process.output
      .split('\n')
      .filter((line) => line.includes('"Endings refused'))
      .flatMap((line) => {
        const { worker, tasks } = JSON.parse(line) as { worker: string; tasks: string[] };
        return tasks.map((id) => ({ worker: nameOf(worker), id }));
      }),
  );
}

function livesOf({ members }: Fleet, kind: 'node' | 'worker'): Life[] {
  return members.filter((member) => member.kind === kind).flatMap(({ lives }) => lives);
}

export async function readSchedules(
  fleet: Fleet,
  { live, calendars, deleted }: Operator,
): Promise<ScheduleSeen[]> {
  return Promise.all(
    [...live].map(async ([id, periods]) => {
      const seen = { id, calendar: calendars.get(id) ?? { at: 0 }, live: periods };
      if (deleted.has(id)) return { ...seen, fates: null, missed: [] };
      const from = Math.min(...periods.map((period) => period.from.asked)) - 10_000;
      const to = Math.max(...periods.map((period) => period.to.acked)) + 30_000;
      return { ...seen, ...(await readLedger(fleet, id, from, to)) };
    }),
  );
}

/** Fates of instants that the schedule as it stood did not have, or not yet. */
const UNDECIDED = ['none', 'preview', 'unknown', 'superseded'];

interface LedgerPage {
  items: { nominalAt: string; fate: string }[];
  missed: { from: string; to: string }[];
  next: string | null;
}

async function readLedger(fleet: Fleet, id: string, from: number, to: number) {
  const fates: FateSeen[] = [];
  const missed: { from: number; to: number }[] = [];
  const until = new Date(to).toISOString();
  for (let next: string | null = new Date(from).toISOString(); next !== null; ) {
    const path = `/v1/schedules/${id}/occurrences?from=${next}&to=${until}&limit=1000`;
    const page = (await answer(fleet, path)) as LedgerPage;
    const known = page.items.filter(({ fate }) => !UNDECIDED.includes(fate));
    // Whether its time had come when the ledger was read makes no difference.
    const planned = (fate: string) => (fate === 'fired' ? 'planned' : fate);
    fates.push(
      ...known.map(({ nominalAt, fate }) => ({ nominal: Date.parse(nominalAt), fate: planned(fate) })),
    );
    missed.push(...page.missed.map((range) => ({ from: Date.parse(range.from), to: Date.parse(range.to) })));
    next = page.next;
  }
  return { fates, missed };
}

/** Asks for a few at a time: the API is not what is under test here. */
export async function readTasks(fleet: Fleet, ids: Iterable<string>): Promise<Map<string, TaskSeen | null>> {
  const tasks = new Map<string, TaskSeen | null>();
  const waiting = [...new Set(ids)];
  const read = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
      tasks.set(id, (await answer(fleet, `/v1/tasks/${encodeURIComponent(id)}`)) as TaskSeen | null);
  };
  await Promise.all(Array.from({ length: 8 }, read));
  return tasks;
}

/** null: 404. */
export async function answer(fleet: Fleet, path: string): Promise<unknown> {
  const response = await fleet.ask(path, {}, 10_000);
  if (response?.status === 404) {
    await response.body?.cancel();
    return null;
  }
  if (!response?.ok) throw new Error(`GET ${path}: ${response?.status ?? 'no answer'}`);
  return response.json();
}
