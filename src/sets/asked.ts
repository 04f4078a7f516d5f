/** What is asked of a file set is held against what is in force: what differs, and whether it would be held. */

import { CarillonError } from '../domain/input/errors.js';
import { inSlices } from '../runtime/slices.js';
import type {
  HeldReason,
  Proposal,
  RegistryStore,
  ScheduleStore,
  SetConflict,
  SetDifference,
  SetRecord,
  SetStore,
  StoredProposal,
} from '../store/contract/index.js';
import { formerlyOf, keptLines, type Line, linesIn, linesOf, type PackedSet } from './body.js';
import { changesBetween, NO_DIFFERENCE, summaryOf } from './difference.js';
import { type Judged, judge } from './judge.js';
import type { PlanBasis } from './plan-view.js';
import { belongsTo } from './steps.js';

export type ProposeStore = SetStore & Pick<RegistryStore, 'present'> & Pick<ScheduleStore, 'schedulesOf'>;

export interface Asked {
  set: string;
  packed: PackedSet;
  /** Name of the node, or who asks; `process`: that very process. */
  node: string;
  process: string;
  release?: string;
  environment?: string;
  commit?: string;
  dev?: boolean;
  force?: boolean;
  /** Ids that these files declare and that may belong to somebody else until now. */
  takeOver?: readonly string[];
  /** Only where the cluster has not moved on since this was read; else `conflict`. */
  against?: PlanBasis;
}

export interface Proposed {
  verdict: 'accepted' | 'held' | 'current';
  reason?: HeldReason;
  digest: string;
  /** Of the live set at that time. */
  live?: Pick<Proposal, 'release' | 'environment'>;
  difference: SetDifference;
  /** Of others until now. */
  takesOver?: string[];
  /** What is in force, and could not be carried out: ids that belong to somebody else. */
  conflicts?: SetConflict[];
}

export interface Standing {
  record: SetRecord;
  /** The proposals that are kept. */
  kept: StoredProposal[];
  proposed: Proposed;
  /** Against the live set, also where nothing comes of it. */
  difference: SetDifference;
  /** Of those to be taken over, the ones that are somebody else's. */
  takeOver: string[];
}

/** Throws `invalid_input` for an id to be taken over that these files do not declare. */
export async function judgeAsked(store: ProposeStore, asked: Asked): Promise<Standing> {
  const { set, packed, process, dev = false, force = false } = asked;
  const record = (await store.setRecord(set)) ?? freshRecord(set);
  const kept = record.version === 0 ? [] : await store.proposals(set);
  const { live } = record;
  const compared = await compare(
    store,
    set,
    packed,
    kept.find(({ number }) => number === live?.number),
  );
  const takeOver = await othersAmong(store, asked);
  const { digest, schedules } = packed;
  const judged: Judged = {
    ...{ ...factsOf(asked), digest, schedules, process, sharesIds: compared.shared, dev, force },
    takesOver: takeOver.length > 0,
  };
  const { word, reason } = judge(judged, { ...record, releases: await releasesOf(store, set) });
  const { difference } = compared;
  const { conflicts = [] } = record.carriedOut ?? {};
  const proposed: Proposed = {
    verdict: word,
    ...(reason ? { reason } : {}),
    digest,
    ...(live ? { live: { ...releaseOf(live), ...environmentOf(live) } } : {}),
    difference: word === 'current' ? NO_DIFFERENCE : difference,
    ...(takeOver.length > 0 ? { takesOver: takeOver } : {}),
    ...(word === 'current' && conflicts.length > 0 ? { conflicts } : {}),
  };
  return { record, kept, proposed, difference, takeOver };
}

function freshRecord(set: string): SetRecord {
  return { set, version: 0, number: 0, live: null, carriers: [], held: null, carriedOut: null };
}

type Facts = Pick<Proposal, 'release' | 'environment' | 'commit'>;

/** What files come with, as far as it was said. */
export function factsOf(asked: Facts): Facts {
  return {
    ...releaseOf(asked),
    ...environmentOf(asked),
    ...(asked.commit === undefined ? {} : { commit: asked.commit }),
  };
}

const releaseOf = ({ release }: Facts): Facts => (release === undefined ? {} : { release });
const environmentOf = ({ environment }: Facts): Facts => (environment === undefined ? {} : { environment });

async function othersAmong(store: ProposeStore, { set, packed, takeOver = [] }: Asked): Promise<string[]> {
  if (takeOver.length === 0) return [];
  const declared = await idsNamed(packed, 'declared');
  const unknown = takeOver.filter((id) => !declared.has(id));
  if (unknown.length > 0) {
    const problems = unknown.map((id) => ({
      pointer: '/takeOver',
      detail: `${id} is not declared by these files`,
    }));
    throw new CarillonError('invalid_input', 'What is to be taken over must be declared.', problems);
  }
  const ids = [...new Set(takeOver)];
  const rows = await store.schedulesOf(ids);
  return ids.filter((_, i) => {
    const row = rows[i];
    return row && !belongsTo(set, row);
  });
}

/** What the files declare, and the ids those had. */
export async function idsNamed(packed: PackedSet, only?: 'declared'): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const line of linesIn(packed)) {
    ids.add(line.id);
    const formerly = only ? undefined : formerlyOf(line);
    if (formerly !== undefined) ids.add(formerly);
  }
  return ids;
}

/** Of the present nodes that carry the set. */
export async function releasesOf(store: Pick<RegistryStore, 'present'>, set: string): Promise<string[]> {
  const nodes = await store.present('node');
  return nodes.flatMap(({ files, release }) =>
    files?.set === set && release !== undefined ? [release] : [],
  );
}

/** Reads only the slices in which the two differ. */
async function compare(
  store: SetStore,
  set: string,
  packed: PackedSet,
  live: StoredProposal | undefined,
): Promise<{ difference: SetDifference; shared: boolean }> {
  const common = new Set(live?.slices.filter((id) => packed.slices.has(id)));
  const before = await keptLines(store, set, live?.slices.filter((id) => !common.has(id)) ?? []);
  const after = new Map<string, Line>();
  for (const [id, bytes] of packed.slices) {
    if (common.has(id)) continue;
    for (const line of await linesOf(bytes)) after.set(line.id, line);
  }
  const { created, changed: differing, removed } = await changesBetween(before ?? new Map(), after);
  let goesOn = common.size > 0;
  await inSlices(goesOn ? [] : after.values(), (line) => {
    goesOn ||= goesOnFrom(before, line);
  });
  // Files from before a rename are no other application either.
  await inSlices(goesOn ? [] : (before?.values() ?? []), (line) => {
    goesOn ||= after.has(formerlyOf(line) ?? '');
  });
  const ids = (lines: Line[]): string[] => lines.map(({ id }) => id);
  return {
    difference: summaryOf(ids(created), ids(differing), removed),
    shared: goesOn,
  };
}

/** Whether the live set has it, under its id or the one it had before. */
function goesOnFrom(before: ReadonlyMap<string, Line> | null, line: Line): boolean {
  if (!before) return false;
  return before.has(line.id) || before.has(formerlyOf(line) ?? '');
}
