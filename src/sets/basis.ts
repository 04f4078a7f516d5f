/** A plan that was saved is applied only where the cluster still is as the plan has found it. */

import { CarillonError, type Problem } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import { slices } from '../runtime/slices.js';
import type { ScheduleStore, SetRecord } from '../store/contract/index.js';
import { type Asked, idsNamed } from './asked.js';
import { ownerOf } from './plan-schedule.js';
import type { PlanBasis } from './plan-view.js';
import { belongsTo } from './steps.js';

/** Schedules read at a time. */
const PAGE = 500;
const MOST_NAMED = 20;

/** Throws `conflict`, saying what has moved. */
export async function refuseMoved(
  store: Pick<ScheduleStore, 'schedulesOf'>,
  record: SetRecord,
  { set, packed }: Pick<Asked, 'set' | 'packed'>,
  against: PlanBasis,
): Promise<void> {
  const problems = [...movedRevision(record, against), ...(await movedOwners(store, set, packed, against))];
  if (problems.length === 0) return;
  throw new CarillonError(
    'conflict',
    `The cluster has moved on since this plan was made: ${problems[0]?.detail}. Plan again.`,
    problems.slice(0, MOST_NAMED),
  );
}

function movedRevision({ live, set }: SetRecord, { revision, digest }: PlanBasis): Problem[] {
  if (live?.number === revision && live?.digest === digest) return [];
  const was = revision === undefined ? 'nothing was in force' : `revision ${revision} was in force`;
  const is = live
    ? `revision ${live.number}, by ${live.node} at ${formatInstant(live.at)}, is now`
    : 'nothing is now';
  return [{ pointer: `/sets/${set}`, detail: `of the set ${set} ${was}, and ${is}` }];
}

async function movedOwners(
  store: Pick<ScheduleStore, 'schedulesOf'>,
  set: string,
  packed: Asked['packed'],
  against: PlanBasis,
): Promise<Problem[]> {
  const before = new Map(against.owners.map(({ id, owner }) => [id, owner]));
  const ids = [...new Set([...(await idsNamed(packed)), ...before.keys()])];
  const rest = slices();
  const problems: Problem[] = [];
  for (let at = 0; at < ids.length; at += PAGE) {
    const page = ids.slice(at, at + PAGE);
    for (const [i, row] of (await store.schedulesOf(page)).entries()) {
      await rest();
      const id = page[i] ?? '';
      const [was, is] = [
        before.get(id),
        row && !belongsTo(set, row) ? ownerOf(row.schedule.source) : undefined,
      ];
      if (was === is) continue;
      const detail = is === undefined ? `${id} belongs to ${was} no more` : `${id} belongs to ${is} now`;
      problems.push({ pointer: `/schedules/${id}`, detail });
    }
  }
  return problems;
}
