/** Puts a file set forward: it is judged against the one in force, and comes into force, or is held, in one change. */

import { CarillonError } from '../domain/input/errors.js';
import type {
  HeldProposal,
  HeldReason,
  Proposal,
  RegistryStore,
  SetChange,
  SetDifference,
  SetRecord,
  SetStore,
  StoredProposal,
  Term,
} from '../store/contract/index.js';
import { formerlyOf, keptLines, type Line, linesOf, type PackedSet } from './body.js';
import { changesBetween, NO_DIFFERENCE, summaryOf } from './difference.js';
import { type Judged, judge } from './judge.js';

export type ProposeStore = SetStore & Pick<RegistryStore, 'present'>;

export interface Proposing {
  set: string;
  packed: PackedSet;
  /** The same for as long as the same proposal is sent again. */
  nonce: string;
  node: string;
  process: string;
  directory?: string;
  release?: string;
  environment?: string;
  dev?: boolean;
  force?: boolean;
}

export interface Proposed {
  verdict: 'accepted' | 'held' | 'current';
  reason?: HeldReason;
  digest: string;
  /** Of the live set at that time. */
  live?: Pick<Proposal, 'release' | 'environment'>;
  difference: SetDifference;
}

/** How often a change that lost a race is decided anew. */
const TRIES = 20;
/** Accepted proposals kept of a set, whole. */
export const REVISIONS_KEPT = 50;
const CARRIERS_KEPT = 32;

export async function propose(store: ProposeStore, proposing: Proposing, now: number): Promise<Proposed> {
  let everySlice = false;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { set, nonce, packed } = proposing;
    const record = (await store.setRecord(set)) ?? freshRecord(set);
    const kept = record.version === 0 ? [] : await store.proposals(set);
    const { proposed, next, proposal } = await decide(store, proposing, record, kept, now);
    if (next === record) return proposed;
    const known = new Set(everySlice ? [] : kept.flatMap(({ slices }) => slices));
    const fresh = new Map([...packed.slices].filter(([id]) => !known.has(id)));
    if (proposal && fresh.size > 0) await store.bringSlices(nonce, fresh);
    const answer = await store.changeSet({
      ...{ set, nonce, answer: JSON.stringify(proposed) },
      ...{ expect: record.version || null, record: next },
      ...(proposal ? { proposal } : {}),
      ...toldOf(proposed),
      ...keeping(record, next, proposal ? [proposal, ...kept] : kept),
    });
    if (answer === 'ok') return proposed;
    if (typeof answer === 'object') return JSON.parse(answer.already) as Proposed;
    everySlice = answer === 'missing';
  }
  throw new CarillonError('unavailable', `The file set ${proposing.set} is changed all the time.`);
}

/** Of what comes into force is told when it is carried out. */
function toldOf({ digest, reason }: Proposed): Pick<SetChange, 'told'> {
  return reason ? { told: { to: 'held', digest, reason } } : {};
}

function freshRecord(set: string): SetRecord {
  return { set, version: 0, number: 0, live: null, carriers: [], held: null, carriedOut: null };
}

interface Decision {
  proposed: Proposed;
  /** The very record when nothing is to be written. */
  next: SetRecord;
  proposal?: StoredProposal;
}

async function decide(
  store: ProposeStore,
  proposing: Proposing,
  record: SetRecord,
  kept: readonly StoredProposal[],
  now: number,
): Promise<Decision> {
  const { set, packed, process, dev = false, force = false } = proposing;
  const { live } = record;
  const compared = await compare(
    store,
    set,
    packed,
    kept.find(({ number }) => number === live?.number),
  );
  const { digest, schedules } = packed;
  const sharesIds = compared.shared;
  const judged: Judged = { ...facts(proposing), digest, schedules, process, sharesIds, dev, force };
  const verdict = judge(judged, { ...record, releases: await releasesOf(store, set) });
  const { reason } = verdict;
  const proposed: Proposed = {
    verdict: verdict.word,
    ...(reason ? { reason } : {}),
    digest,
    ...(live ? { live: facts(live) } : {}),
    difference: verdict.word === 'current' ? NO_DIFFERENCE : compared.difference,
  };
  if (verdict.word === 'current') return { proposed, next: confirmed(record, proposing) };
  const proposal: StoredProposal = {
    ...{ number: record.number + 1, digest, schedules },
    ...facts(proposing),
    ...{ node: proposing.node, process },
    ...(proposing.directory === undefined ? {} : { directory: proposing.directory }),
    ...{ at: now, slices: [...packed.slices.keys()] },
  };
  if (!reason) return { proposed, next: accepted(record, proposal), proposal };
  const { slices: _, ...shown } = proposal;
  const held: HeldProposal = { ...shown, reason, difference: compared.difference };
  return { proposed, next: changed(record, { number: proposal.number, held }), proposal };
}

function facts({
  release,
  environment,
}: Pick<Proposing, 'release' | 'environment'>): Pick<Proposal, 'release' | 'environment'> {
  return {
    ...(release === undefined ? {} : { release }),
    ...(environment === undefined ? {} : { environment }),
  };
}

function changed(record: SetRecord, over: Partial<SetRecord>): SetRecord {
  return { ...record, version: record.version + 1, ...over };
}

/** In force: what was held before it, or was about to be removed, is over. */
export function accepted(record: SetRecord, { slices: _, ...live }: StoredProposal): SetRecord {
  const { removing: _over, rolledBack, ...others } = record;
  return {
    ...changed(others, { number: live.number, live, carriers: [live.process], held: null }),
    ...(rolledBack && rolledBack.digest !== live.digest ? { rolledBack } : {}),
  };
}

/** The live set, put forward by one more process. What that one had proposed before and is held is withdrawn. */
function confirmed(record: SetRecord, { process, node }: Proposing): SetRecord {
  const { held, carriers } = record;
  const withdrawn = held !== null && (held.process === process || held.node === node);
  if (carriers.includes(process) && !withdrawn) return record;
  const all = [process, ...carriers.filter((other) => other !== process)];
  return changed(record, { carriers: all.slice(0, CARRIERS_KEPT), ...(withdrawn ? { held: null } : {}) });
}

/** Which proposals and slices are not kept any longer once `next` is the record. */
function keeping(
  record: SetRecord,
  next: SetRecord,
  all: readonly StoredProposal[],
): { forget: number[]; drop: string[] } {
  let revisions = 0;
  const stays = ({ number }: StoredProposal): boolean => {
    if (number === next.held?.number) return true;
    if (number === record.held?.number) return false;
    revisions += 1;
    return revisions <= REVISIONS_KEPT;
  };
  const kept = new Set(all.filter(stays));
  const named = new Set([...kept].flatMap(({ slices }) => slices));
  const gone = all.filter((proposal) => !kept.has(proposal));
  const drop = new Set(gone.flatMap(({ slices }) => slices).filter((id) => !named.has(id)));
  return { forget: gone.map(({ number }) => number), drop: [...drop] };
}

/** Of the present nodes that carry the set. */
async function releasesOf(store: ProposeStore, set: string): Promise<string[]> {
  const nodes = await store.present('node');
  return nodes.flatMap(({ files, release }) =>
    files?.set === set && release !== undefined ? [release] : [],
  );
}

/** Reads only the slices in which the two differ. */
async function compare(
  store: ProposeStore,
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
  const { created, changed: differing, removed } = changesBetween(before ?? new Map(), after);
  const ids = (lines: Line[]): string[] => lines.map(({ id }) => id);
  return {
    difference: summaryOf(ids(created), ids(differing), removed),
    shared: common.size > 0 || [...after.values()].some((line) => goesOnFrom(before, line)),
  };
}

/** Whether the live set has it, under its id or the one it had before. */
function goesOnFrom(before: ReadonlyMap<string, Line> | null, line: Line): boolean {
  if (!before) return false;
  return before.has(line.id) || before.has(formerlyOf(line) ?? '');
}

/** Whether a proposal that is held for being older need not wait any longer. */
export async function olderMayFollow(store: ProposeStore, record: SetRecord): Promise<boolean> {
  const { held } = record;
  if (held?.reason !== 'releaseOlder') return false;
  const releases = await releasesOf(store, record.set);
  // It shared schedules with the live set, or it would be held for that.
  return judge({ ...held, sharesIds: true }, { ...record, releases }).word === 'accepted';
}

/** Lets the held proposal come into force; null: the record has changed meanwhile. */
export async function letThrough(
  store: SetStore,
  record: SetRecord,
  now: number,
  term?: Term,
): Promise<SetRecord | 'fenced' | null> {
  const kept = await store.proposals(record.set);
  const held = kept.find(({ number }) => number === record.held?.number);
  if (!held) return null;
  const proposal = { ...held, number: record.number + 1, at: now };
  const next = accepted(record, proposal);
  const change = {
    ...{ set: record.set, expect: record.version, record: next, proposal },
    ...keeping(record, next, [proposal, ...kept]),
  };
  const answer = await store.changeSet(change, term);
  return answer === 'ok' ? next : answer === 'fenced' ? 'fenced' : null;
}
