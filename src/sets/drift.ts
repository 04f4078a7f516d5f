/** Where what is live differs from what files declare: a plan read the other way round. Pure. */

import type { FieldChange, PausedView, PlannedChange } from './plan-schedule.js';
import type { PlannedConflict, PlanView } from './plan-view.js';

/**
 * `missing`: declared and not live. `extra`: live, of this set, and not declared. `renamed`: live under the id that the
 * files say it had. `foreign`: what is live under this id belongs to somebody else.
 */
export interface Difference {
  id: string;
  kind: 'missing' | 'extra' | 'differs' | 'renamed' | 'foreign';
  /** Where it is declared, or was of one that is extra. */
  file?: string;
  line?: number;
  formerly?: string;
  owner?: string;
  /** Of a payload only the names are told. */
  fields?: { field: string; live?: unknown; files?: unknown }[];
}

export interface Drift {
  set: string;
  drift: boolean;
  /** In force; absent: nothing is. */
  revision?: number;
  differences: Difference[];
  /** Differences that are not listed. */
  more: number;
  /** No drift: what people did at run time. */
  paused: PausedView[];
  /** A proposal is held, or what is in force is still being carried out. */
  held?: string;
  applying?: true;
}

export function driftOf({ set, against, changes, more, conflicts, paused, held, applying }: PlanView): Drift {
  const differences = [...changes.map(differenceOf), ...conflicts.map(foreign)];
  const own = changes.flatMap((change) => change.paused ?? []);
  return {
    ...{ set, drift: differences.length + more > 0 },
    ...(against.revision === undefined ? {} : { revision: against.revision }),
    ...{ differences, more, paused: [...own, ...paused] },
    ...(held ? { held: held.because } : {}),
    ...(applying ? { applying } : {}),
  };
}

const KINDS = {
  create: 'missing',
  change: 'differs',
  rename: 'renamed',
  takeOver: 'foreign',
  remove: 'extra',
} as const;

function differenceOf({ id, action, file, line, formerly, from, fields }: PlannedChange): Difference {
  return {
    ...{ id, kind: KINDS[action] },
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(formerly === undefined ? {} : { formerly }),
    ...(from === undefined ? {} : { owner: from }),
    ...(fields.length === 0 ? {} : { fields: fields.map(turned) }),
  };
}

function turned({ field, before, after }: FieldChange): NonNullable<Difference['fields']>[number] {
  return {
    field,
    ...(before === undefined ? {} : { live: before }),
    ...(after === undefined ? {} : { files: after }),
  };
}

function foreign({ id, owner, file, line, formerly }: PlannedConflict): Difference {
  return { id, kind: 'foreign', owner, file, line, ...(formerly === undefined ? {} : { formerly }) };
}
