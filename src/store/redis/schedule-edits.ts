/** Edits of schedules on Redis: the registry decides where those that are made are, then their partition is written. */

import { isWatched } from '../../domain/schedule/expectations.js';
import { overlapLetter } from '../../domain/schedule/run-id.js';
import type { ScheduleDefinition, StoredSchedule } from '../../domain/schedule/schedule.js';
import type { EditWord, OpenWithdrawal, ScheduleEdit, Term } from '../contract/index.js';
import { CALL_BYTES, CALL_TASKS } from './bounds.js';
import type { Connection } from './connection.js';
import { encodeLedger } from './ledgers.js';
import { laneName, type Partition } from './partition.js';
import { decide, displace, entriesOf } from './places.js';
import { revisionOf, revisionText, scheduleRecord } from './schedule-record.js';
import { runKind } from './ties.js';
import { items } from './wire.js';

/** An edit with the number of the decision by which it is made here, or leaves. */
interface Decided {
  edit: ScheduleEdit;
  place: string;
}

/** Decides in the registry where the schedules are, then writes the edits: a word for each, in their order. */
export async function decideAndWrite(
  connection: Connection,
  partition: Partition,
  edits: readonly ScheduleEdit[],
  term: Term | undefined,
): Promise<EditWord[]> {
  await connection.open(partition);
  const token = term?.token ?? '';
  const words = new Map<ScheduleEdit, EditWord>();
  const staying = edits.filter(({ schedule, expect }) => schedule && expect);
  const made = edits.filter(({ schedule, expect }) => schedule && !expect);
  const gone = edits.filter(({ schedule }) => !schedule);
  const here = [
    ...staying.map((edit) => ({ edit, place: '' })),
    ...(await decidedFor(connection, partition, made, words)),
  ];
  for (const [edit, word] of await write(connection, partition, here, token)) words.set(edit, word);
  for (const edit of gone) words.set(edit, await remove(connection, partition, edit, token));
  return edits.map((edit) => words.get(edit) ?? 'stale');
}

/**
 * Decided before they exist: an id that can be fired can always be found, in one queue. Those that another queue does
 * not let go are `stale`.
 */
async function decidedFor(
  connection: Connection,
  partition: Partition,
  made: readonly ScheduleEdit[],
  words: Map<ScheduleEdit, EditWord>,
): Promise<Decided[]> {
  const decided: Decided[] = [];
  for (let from = 0; from < made.length; from += CALL_TASKS) {
    const some = made.slice(from, from + CALL_TASKS);
    const ids = some.map(({ id }) => id);
    const decisions = await decide(connection, ids, partition.queue);
    for (const [i, edit] of some.entries()) {
      const { number = '', others = [] } = decisions[i] ?? {};
      const nothing = { edit: { ...NOTHING, id: edit.id }, place: number };
      const free = await Promise.all(
        others.map((queue) => write(connection, connection.partition(queue), [nothing], '')),
      );
      if (free.every((answers) => answers.every(([, word]) => word === 'ok')))
        decided.push({ edit, place: number });
      else words.set(edit, 'stale');
    }
  }
  return decided;
}

/** Sees to it that the schedule is not there, nor made there by an earlier decision. */
const NOTHING = { expect: null, schedule: null, cursor: null, withdraw: null };

async function remove(
  connection: Connection,
  partition: Partition,
  edit: ScheduleEdit,
  token: string,
): Promise<EditWord> {
  const one = async (place: string): Promise<EditWord> => {
    const [answer] = await write(connection, partition, [{ edit, place }], token);
    return answer?.[1] ?? 'stale';
  };
  if (edit.to !== undefined) {
    const [decision] = await decide(connection, [edit.id], edit.to);
    return one(decision?.number ?? '');
  }
  // Renamed: it is found by its former id until it has begun under the new one.
  if (edit.moves !== undefined) return one('');
  const [entry = ''] = await entriesOf(connection, [edit.id]);
  const word = await one('');
  if (word === 'ok') await displace(connection, edit.id, entry);
  return word;
}

/** As few calls as may be: a script holds up everybody. */
async function write(
  connection: Connection,
  partition: Partition,
  decided: readonly Decided[],
  token: string,
): Promise<[ScheduleEdit, EditWord][]> {
  const words: [ScheduleEdit, EditWord][] = [];
  let at = 0;
  while (at < decided.length) {
    const from = at;
    const [word, ...told] = await connection.on(partition, 'edit', async () => {
      await connection.lanes(partition, [...new Set(decided.slice(from).flatMap(lanesNeeded))]);
      const values: (string | number)[] = [];
      let bytes = 0;
      for (at = from; at < decided.length && at - from < CALL_TASKS && bytes < CALL_BYTES; at += 1) {
        const row = rowOf(partition, decided[at] as Decided);
        for (const value of row) bytes += typeof value === 'string' ? value.length : 8;
        values.push(...row);
      }
      return { token, more: items(values) };
    });
    for (const [i, { edit }] of decided.slice(from, at).entries()) {
      words.push([edit, word === 'ok' ? wordOf(String(told[i])) : 'fenced']);
    }
  }
  return words;
}

function wordOf(text: string): EditWord {
  if (text.startsWith('begun ')) return { begun: Number(text.slice(6)) };
  return text as Exclude<EditWord, object>;
}

function lanesNeeded({ edit: { withdraw } }: Decided): string[] {
  if (!withdraw || withdraw.nominals.length === 0) return [];
  return [plannedLane(withdraw.planned)];
}

/** Of live runs. */
function plannedLane({ priority, handler, concurrencyKey }: ScheduleDefinition): string {
  return laneName(priority, handler, runKind(false, concurrencyKey !== undefined));
}

/** See `policies`; '': as where nothing is said. */
function policyText(schedule: StoredSchedule | null): string {
  if (!schedule) return '';
  const { overlap, expiresIn = '' } = schedule.definition;
  return `${overlap === 'skip' ? '' : overlapLetter(overlap)}${expiresIn}`;
}

function readyText(ready: Pick<OpenWithdrawal, 'lanes' | 'word'> | undefined): string {
  return ready ? JSON.stringify(ready) : '';
}

/** What an edit has left behind: `<revision> <ms> <JSON>`. */
export function openWithdrawal(queue: string, id: string, text: string): OpenWithdrawal {
  const [revision = '', at = ''] = text.split(' ', 2);
  const ready = JSON.parse(text.slice(revision.length + at.length + 2)) as Pick<
    OpenWithdrawal,
    'lanes' | 'word'
  >;
  return { id, queue, revision: revisionOf(revision), at: Number(at), ...ready };
}

/** What listeners are told of it: a move to another queue is told there. */
function whatOf({ schedule, moves, what }: ScheduleEdit): string {
  if (!schedule) return moves === undefined ? 'removed' : '';
  return what === 'nothing' ? '' : (what ?? 'changed');
}

/** As lua/edit.lua names them. */
function rowOf(partition: Partition, { edit, place }: Decided): (string | number)[] {
  const { expect, schedule, withdraw } = edit;
  const taken = edit.ledger?.taken ?? [];
  const nominals = withdraw?.nominals ?? [];
  const lane = withdraw ? (partition.laneOf(plannedLane(withdraw.planned)) ?? '') : '';
  const { version, ledger, open, told } = encodeLedger(edit.ledger);
  return [
    ...[edit.id, place, expect ? revisionText(expect.revision) : '', expect?.cursor ?? ''],
    ...[schedule ? scheduleRecord(schedule) : '', edit.cursor ?? '', edit.runs ?? '', version, ledger, open],
    ...[edit.moves ?? '', withdraw?.rest?.word ?? '', withdraw?.rest?.until ?? 0],
    ...[readyText(withdraw?.rest?.ready), schedule?.paused?.until ?? ''],
    ...[schedule && isWatched(schedule.definition) ? 1 : '', policyText(schedule)],
    ...[taken.length, nominals.length, whatOf(edit), told, ...taken],
    ...nominals.flatMap((nominal) => [nominal, lane]),
  ];
}
