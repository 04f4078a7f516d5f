/** What differs between two file sets: which schedules one creates, changes and removes against the other. */

import { inSlices } from '../runtime/slices.js';
import type { SetConflict, SetDifference } from '../store/contract/index.js';
import type { Line } from './body.js';

/** Ids named of each kind; all are counted. */
const NAMED = 20;

export interface Changes {
  created: Line[];
  changed: Line[];
  /** Ids. */
  removed: string[];
  /** As they were, at another place. */
  placed: Line[];
}

export async function changesBetween(
  before: ReadonlyMap<string, Line>,
  after: ReadonlyMap<string, Line>,
): Promise<Changes> {
  const changes: Changes = { created: [], changed: [], removed: [], placed: [] };
  await inSlices(after.values(), (line) => {
    const former = before.get(line.id);
    if (!former) changes.created.push(line);
    else if (former.digest !== line.digest) changes.changed.push(line);
    else if (former.text !== line.text) changes.placed.push(line);
  });
  await inSlices(before.keys(), (id) => {
    if (!after.has(id)) changes.removed.push(id);
  });
  return changes;
}

export function summaryOf(
  created: string[],
  changed: string[],
  removed: string[],
  renamed: NonNullable<SetDifference['renamed']> = [],
): SetDifference {
  return {
    ...(renamed.length > 0 ? { renamed: renamed.slice(0, NAMED) } : {}),
    created: created.length,
    changed: changed.length,
    removed: removed.length,
    ids: { created: first(created), changed: first(changed), removed: first(removed) },
  };
}

/** Of many, and without putting all of them in order. */
function first(ids: readonly string[]): string[] {
  const lowest: string[] = [];
  for (const id of ids) {
    const last = lowest.at(-1);
    if (lowest.length === NAMED && last !== undefined && id > last) continue;
    lowest.push(id);
    lowest.sort();
    lowest.length = Math.min(lowest.length, NAMED);
  }
  return lowest;
}

/** `a belongs to the API` */
export function conflictText({ id, owner, formerly }: SetConflict): string {
  return formerly === undefined
    ? `${id} belongs to ${owner}`
    : `${id} was to take over from ${formerly}, which belongs to ${owner}`;
}

export const NO_DIFFERENCE: Readonly<SetDifference> = Object.freeze(summaryOf([], [], []));

/** In one line: `1 renamed (z, was a), 2 created (b, c), 1 removed (d)`. */
export function differenceText({ ids, renamed = [], ...counts }: SetDifference): string {
  const others = {
    created: without(
      ids.created,
      renamed.map(({ id }) => id),
    ),
    changed: ids.changed,
    removed: without(
      ids.removed,
      renamed.map(({ formerly }) => formerly),
    ),
  };
  const twice = { created: renamed.length, changed: 0, removed: renamed.length };
  const parts = (['created', 'changed', 'removed'] as const).flatMap((kind) => {
    const count = counts[kind] - twice[kind];
    if (count === 0) return [];
    const named = [...others[kind], ...(count > others[kind].length ? ['…'] : [])];
    return [`${count} ${kind} (${named.join(', ')})`];
  });
  if (renamed.length > 0) {
    const named = renamed.map(({ id, formerly }) => `${id}, was ${formerly}`).join('; ');
    parts.unshift(`${renamed.length} renamed (${named})`);
  }
  return parts.length > 0 ? parts.join(', ') : 'no difference';
}

function without(ids: readonly string[], others: readonly string[]): readonly string[] {
  return ids.filter((id) => !others.includes(id));
}
