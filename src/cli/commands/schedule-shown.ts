/** One schedule as the command line shows it: facts in words, times in its zone beside them. */

import { type Fact, restOf } from '../facts.js';
import type { Cell, Piece } from '../look.js';
import type { Surroundings } from '../surroundings.js';

/** What every command that asks an API about schedules takes. */
export interface RemoteFlags {
  url?: string;
  json?: boolean;
}

interface Expectation {
  kind: string;
  limit: string;
  state: string;
  since?: string;
}

export interface Shown {
  id: string;
  state: string;
  handler: string;
  queue: string;
  description?: string;
  cron?: string | string[];
  timezone?: string;
  dst?: { gap: string; fold: string };
  every?: string;
  at?: string;
  startAt?: string;
  endAt?: string;
  exclude?: unknown[];
  jitter?: string;
  maxRuns?: number;
  lastRun?: { nominalAt: string; taskId: string; state: string | null } | null;
  expectations?: Expectation[];
  counters: { fired: number; missed?: number };
  nextRuns: string[];
  /** With jitter only. */
  nextDueAt?: string[];
  paused?: { at: string; until?: string; reason?: string; by?: string };
  fault?: string;
  finishedReason?: string;
  source: {
    kind: string;
    set: string;
    file?: string;
    line?: number;
    environment?: string;
    commit?: string;
  };
}

export const pathOf = (id: string): string => `/v1/schedules/${encodeURIComponent(id)}`;

export function timing({ cron, timezone, every, at }: Shown): string {
  if (cron !== undefined) return `${[cron].flat().join(' | ')} ${timezone ?? ''}`;
  return every === undefined ? `at ${at ?? ''}` : `every ${every}`;
}

/** `went`: how it went lately. */
export async function showSchedule(
  { output }: Surroundings,
  schedule: Shown,
  went: readonly Fact[] = [],
): Promise<void> {
  const { localTime } = await import('../../domain/spec/local-time.js');
  /** What clocks in the schedule's zone show then. */
  const beside = (at: string): Piece => {
    const { timezone = 'UTC' } = schedule;
    return timezone === 'UTC' ? '' : localTime(Date.parse(at), timezone);
  };
  const { source, paused, lastRun, counters, nextRuns, nextDueAt } = schedule;
  const facts: Fact[] = [
    ['id', schedule.id],
    ['about', schedule.description],
    ['when', timing(schedule)],
    ['clocks', clockRules(schedule)],
    ['state', { state: schedule.state }],
    ['paused', paused && pauseCell(paused)],
    ['fault', schedule.fault],
    ['finished', schedule.finishedReason],
    ['from', schedule.startAt && { time: schedule.startAt }],
    ['until', schedule.endAt && { time: schedule.endAt }],
    ['except', schedule.exclude?.map(exclusion).join(', ')],
    ['fired', `${counters.fired}${schedule.maxRuns === undefined ? '' : ` of ${schedule.maxRuns}`}`],
    ['missed', counters.missed ? String(counters.missed) : undefined],
    ['last', lastRun ? lastCell(lastRun, beside) : undefined],
    ...went,
    ...(schedule.expectations ?? []).map((one): Fact => ['expects', expectationCell(one)]),
    ['source', placeOf(source)],
    ...restOf(schedule, TOLD),
    ...nextRuns.map((at, index): Fact => {
      const due = nextDueAt?.[index];
      return ['next', [{ time: at }, beside(at), ...(due === undefined ? [] : ['due', { time: due }])]];
    }),
  ];
  output.facts(facts);
}

/** Since when, by whom, until when, why. */
function pauseCell({ at, until, reason = '', by = '' }: NonNullable<Shown['paused']>): Cell {
  return [{ time: at }, by && `by ${by}`, ...(until === undefined ? [] : ['until', { time: until }]), reason];
}

/** Fields that `show` tells in its own words. */
const TOLD = [
  ...[
    'id',
    'description',
    'cron',
    'timezone',
    'dst',
    'every',
    'at',
    'state',
    'paused',
    'pausedBy',
    'fault',
    'finishedReason',
    'startAt',
    'endAt',
  ],
  ...[
    'exclude',
    'counters',
    'maxRuns',
    'lastRun',
    'source',
    'expect',
    'expectations',
    'nextRuns',
    'nextDueAt',
  ],
];

function expectationCell({ kind, limit, state, since }: Expectation): Cell {
  const missed: Piece[] = since === undefined ? [] : ['since', { time: since }];
  return [`${kind} ${limit}`, state, ...missed];
}

function placeOf({ kind, set, file, line = 1, environment, commit }: Shown['source']): string {
  if (file === undefined) return kind;
  const more = [
    `set ${set}`,
    ...(environment === undefined ? [] : [`environment ${environment}`]),
    ...(commit === undefined ? [] : [`commit ${commit}`]),
  ];
  return `${file}:${line} (${more.join(', ')})`;
}

function lastCell(last: NonNullable<Shown['lastRun']>, beside: (at: string) => Piece): Cell {
  const state = last.state === null ? 'its task is deleted' : { state: last.state };
  return [{ time: last.nominalAt }, beside(last.nominalAt), state, last.taskId];
}

/** Only what differs from the usual. */
function clockRules({ dst }: Shown): string | undefined {
  if (!dst || (dst.gap === 'shift' && dst.fold === 'first')) return undefined;
  return `gap: ${dst.gap}, fold: ${dst.fold}`;
}

function exclusion(item: unknown): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}
