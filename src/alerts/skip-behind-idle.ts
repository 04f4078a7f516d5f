/** Schedules whose instants are skipped behind a run that nobody works on: they would be so for ever, and nobody knows. */

import { nthFromEnd } from '../domain/schedule/catch-up.js';
import { firstAfter } from '../domain/schedule/expand.js';
import { wordAt } from '../domain/schedule/fates.js';
import { readRunId } from '../domain/schedule/run-id.js';
import { someAtATime } from '../runtime/some-at-a-time.js';
import { ledgerOf } from '../schedules/ledger-of.js';
import { isLive } from '../schedules/planned-ahead.js';
import { saidTime } from '../schedules/said-times.js';
import type { AlertRecord, ScheduleRow, Store } from '../store/contract/index.js';
import { type Alert, alertOf } from './view.js';

/** Schedules read at once, and looked at at a time. */
const PAGE = 200;
const AT_ONCE = 20;

export type SkipStore = Pick<Store, 'singled' | 'schedulesOf' | 'unfinished' | 'find'>;

/** Whose schedules are looked at: those of these queues, and those of which alerts stand. */
export interface Among {
  queues: readonly string[];
  standing: readonly AlertRecord[];
}

type Row = ScheduleRow & { queue: string };

/** Asked are those of which something was skipped a moment ago, and those that an alert stands of. */
export async function skipsBehindIdle(
  store: SkipStore,
  { queues, standing }: Among,
  now: number,
): Promise<Alert[]> {
  const ids = new Set<string>();
  for (const { kind, subject } of standing) if (kind === 'skipBehindIdle') ids.add(subject);
  await someAtATime(queues, AT_ONCE, async (queue) => {
    for (const id of await store.singled(queue)) ids.add(id);
  });
  const alerts: Alert[] = [];
  const all = [...ids];
  for (let at = 0; at < all.length; at += PAGE) {
    const rows = (await store.schedulesOf(all.slice(at, at + PAGE))).filter(
      (row): row is Row => row !== null,
    );
    await someAtATime(rows, AT_ONCE, async (row) => {
      const alert = lastWasSkipped(row, now) ? await idleAlert(store, row) : null;
      if (alert) alerts.push(alert);
    });
  }
  return alerts;
}

function lastWasSkipped(row: ScheduleRow, now: number): boolean {
  const { schedule, singles } = row;
  const { definition } = schedule;
  if (definition.overlap !== 'skip' || !isLive(schedule)) return false;
  try {
    const ledger = ledgerOf(row);
    // With jitter the latest may not have come due.
    const until = now - (definition.jitter ?? 0) + 1;
    const last = nthFromEnd(definition, ledger.knownFrom, until, 1);
    return last !== undefined && wordAt(ledger, definition, last, singles) === 'overlap';
  } catch {
    // A stored spec that this release refuses, or stumbles over: the schedule is shown as faulty.
    return false;
  }
}

/** null: somebody works on it. */
async function idleAlert(store: SkipStore, { schedule: { definition }, queue }: Row): Promise<Alert | null> {
  const { id } = definition;
  const [runs] = await store.unfinished(queue, [id]);
  const found = await Promise.all((runs?.underWay ?? []).map((run) => store.find(run)));
  const [first] = found.flatMap((facts) => facts ?? []);
  if (!first || found.some((facts) => facts?.state === 'running')) return null;
  const nominal = readRunId(first.id)?.nominal ?? first.dueAt;
  const since = firstAfter(definition, nominal) ?? nominal;
  const text = `since ${saidTime(since, definition)} runs of ${id} are skipped behind its run ${first.id}, which is ${first.state} and nobody works on`;
  return alertOf('skipBehindIdle', id, since, text);
}
