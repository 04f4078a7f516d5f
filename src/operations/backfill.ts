/** Backfill of a schedule, asked for: what it would create is counted first, and nothing is done beyond its bound. */

import { CarillonError } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import { processName } from '../domain/input/names.js';
import { refuse } from '../domain/input/read-fields.js';
import { about, boolean, instant, integer, type Values } from '../domain/input/readers.js';
import { type Candidate, candidates } from '../domain/schedule/backfill.js';
import { runsLeft } from '../domain/schedule/expand.js';
import { TASK_FIELDS } from '../domain/task/fields.js';
import { slices } from '../runtime/slices.js';
import { refuseFinished } from '../schedules/end.js';
import { ledgerOf } from '../schedules/ledger-of.js';
import type { OperationStore, RegistryStore, ScheduleRow } from '../store/contract/index.js';
import { begunOnce } from './operations.js';
import type { OperationView } from './view.js';

/** Runs of one backfill, and instants looked at to find them. */
export const MOST_RUNS = 10_000;
const MOST_LOOKED = 200_000;
const PAGE = 1_000;
const SAMPLE = 10;
/** Runs made a minute where nothing is said. */
export const USUAL_PACE = 6_000;
const FASTEST = 60_000;

export const BACKFILL = {
  from: about(instant, 'the beginning of the range, included'),
  to: about(instant, 'its end, not included; not after now'),
  rerun: about(boolean, 'create runs for instants that fired, too; by default false'),
  perMinute: about(
    integer(1, FASTEST),
    `runs created a minute, within CARILLON_CATCH_UP_RATE; by default ${USUAL_PACE}`,
  ),
  by: about(processName, 'who asks; by default: api'),
  idempotencyKey: TASK_FIELDS.idempotencyKey,
};

export type BackfillWish = Values<typeof BACKFILL> & { from: number; to: number };

/** What a backfill would do. */
export interface BackfillPreview {
  /** How many runs it would create. */
  count: number;
  /** The first of them, with what became of each so far. */
  sample: { nominalAt: string; fate: string }[];
}

/** What it would create. Throws what `startBackfill` throws before it creates anything. */
export async function previewBackfill(
  row: ScheduleRow,
  wish: BackfillWish,
  now: number,
): Promise<BackfillPreview> {
  const { count, sample } = await counted(row, wish, now);
  return {
    count,
    sample: sample.map(({ nominal, word }) => ({ nominalAt: formatInstant(nominal), fate: word })),
  };
}

/**
 * Begins it. Throws `invalid_input` for a range that cannot be, `conflict` for a schedule that has finished, and for
 * more runs than one backfill may create or `maxRuns` leaves.
 */
export async function startBackfill(
  store: OperationStore & Pick<RegistryStore, 'remember'>,
  row: ScheduleRow,
  wish: BackfillWish,
  now: number,
  by: string,
  caller = '',
): Promise<OperationView> {
  const { id: schedule } = row.schedule.definition;
  const { by: _, ...asked } = wish;
  return begunOnce(store, `${caller} backfill ${schedule}`, asked, async () => {
    const { count } = await counted(row, wish, now);
    const { from, to, rerun, perMinute = USUAL_PACE } = wish;
    return {
      kind: 'backfill',
      filter: {
        schedule,
        from: formatInstant(from),
        to: formatInstant(to),
        ...(rerun ? { rerun } : {}),
      },
      matched: count,
      createdAt: now,
      by,
      perMinute,
      progress: { position: from, nextAt: now },
    };
  });
}

async function counted(
  row: ScheduleRow,
  wish: BackfillWish,
  now: number,
): Promise<{ count: number; sample: Candidate[] }> {
  refuseRange(wish, now);
  const { definition } = row.schedule;
  refuseFinished(row, now, 'put it back into force first (a later endAt, a higher maxRuns)');
  const found = await walk(row, wish);
  const { count, counting } = found;
  if (count > MOST_RUNS) {
    const detail = `would create ${found.more ? 'more than ' : ''}${count} runs, and at most ${MOST_RUNS} are allowed`;
    throw new CarillonError('conflict', `The backfill ${detail}: ask for a shorter range.`, [
      { pointer: '/to', detail },
    ]);
  }
  const left = runsLeft(definition, row.runs);
  if (counting > left) {
    const detail = `would create ${counting} runs that count, and maxRuns (${definition.maxRuns}) leaves ${left}`;
    throw new CarillonError('conflict', `The backfill ${detail}: ask for a shorter range, or raise maxRuns.`);
  }
  return found;
}

function refuseRange({ from, to }: BackfillWish, now: number): void {
  if (from >= to) refuse('invalid_input', [{ path: ['to'], detail: 'must lie after `from`' }]);
  if (to > now) {
    const detail = `must not lie ahead: it is ${formatInstant(now)}, and what is to come needs no backfill`;
    refuse('invalid_input', [{ path: ['to'], detail }]);
  }
}

interface Found {
  count: number;
  /** Of them, those that `maxRuns` counts. */
  counting: number;
  sample: Candidate[];
  /** There are more, which were not looked at. */
  more: boolean;
}

async function walk(row: ScheduleRow, { from, to, rerun = false }: BackfillWish): Promise<Found> {
  const { schedule, cursor, singles = [] } = row;
  const ledger = ledgerOf(row);
  const rest = slices();
  const found: Found = { count: 0, counting: 0, sample: [], more: false };
  let looked = 0;
  for (let next: number | null = from; next !== null; ) {
    await rest();
    const page = candidates(ledger, schedule.definition, {
      ...{ from: next, to, limit: PAGE, rerun, singles, cursor },
      createdAt: schedule.createdAt,
    });
    found.count += page.wanted.length;
    found.counting += page.wanted.filter(({ again }) => !again).length;
    if (found.sample.length < SAMPLE)
      found.sample.push(...page.wanted.slice(0, SAMPLE - found.sample.length));
    looked += page.looked;
    next = page.next;
    if (looked < MOST_LOOKED || next === null) continue;
    if (found.count > MOST_RUNS) return { ...found, more: true };
    const detail = `holds more than ${MOST_LOOKED} instants, which are too many to look at: ask for a shorter range`;
    refuse('invalid_input', [{ path: ['to'], detail }]);
  }
  return found;
}
