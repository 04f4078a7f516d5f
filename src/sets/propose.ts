/** Puts a file set forward: it is judged against the one in force, and comes into force, or is held, in one change. */

import { CarillonError } from '../domain/input/errors.js';
import type {
  HeldProposal,
  SetChange,
  SetRecord,
  SetStore,
  StoredProposal,
  Term,
} from '../store/contract/index.js';
import {
  type Asked,
  factsOf,
  judgeAsked,
  type Proposed,
  type ProposeStore,
  releasesOf,
  type Standing,
} from './asked.js';
import { refuseMoved } from './basis.js';
import { judge } from './judge.js';
import { keeping } from './revisions.js';

export type { Proposed, ProposeStore } from './asked.js';
export { REVISIONS_KEPT } from './revisions.js';

export interface Proposing extends Asked {
  /** The same for as long as the same proposal is sent again. */
  nonce: string;
  /** How long its answer is repeated, ms; absent: as long as a connection may take to come back. */
  repeatFor?: number;
  directory?: string;
}

/** How often a change that lost a race is decided anew. */
const TRIES = 20;
const CARRIERS_KEPT = 32;

export async function propose(store: ProposeStore, proposing: Proposing, now: number): Promise<Proposed> {
  let everySlice = false;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { set, nonce, packed, repeatFor } = proposing;
    const standing = await judgeAsked(store, proposing);
    const { record, kept, proposed } = standing;
    const { next, proposal } = decide(proposing, standing, now);
    if (next === record && repeatFor === undefined) return proposed;
    if (proposal && proposing.against) await refuseMoved(store, record, proposing, proposing.against);
    const known = new Set(everySlice ? [] : kept.flatMap(({ slices }) => slices));
    const fresh = new Map([...packed.slices].filter(([id]) => !known.has(id)));
    if (proposal && fresh.size > 0) await store.bringSlices(nonce, fresh);
    const answer = await store.changeSet({
      ...{ set, nonce, answer: JSON.stringify(proposed) },
      ...(repeatFor === undefined ? {} : { repeatFor }),
      ...{ expect: record.version || null, record: next === record ? changed(record, {}) : next },
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

interface Decision {
  /** The very record when nothing is to be written. */
  next: SetRecord;
  proposal?: StoredProposal;
}

function decide(
  proposing: Proposing,
  { record, proposed, difference, takeOver }: Standing,
  now: number,
): Decision {
  const { packed, node, process, directory } = proposing;
  const { verdict, reason } = proposed;
  if (verdict === 'current') return { next: confirmed(record, proposing) };
  const proposal: StoredProposal = {
    ...{ number: record.number + 1, digest: packed.digest, schedules: packed.schedules },
    ...factsOf(proposing),
    ...(takeOver.length > 0 ? { takeOver } : {}),
    ...{ node, process },
    ...(directory === undefined ? {} : { directory }),
    ...{ at: now, slices: [...packed.slices.keys()] },
    sizes: [...packed.slices.values()].map(({ length }) => length),
  };
  if (!reason) return { next: accepted(record, proposal), proposal };
  const held: HeldProposal = { ...plain(proposal), reason, difference };
  return { next: changed(record, { number: proposal.number, held }), proposal };
}

/** Without what it is kept as. */
function plain({
  slices: _,
  sizes: __,
  ...proposal
}: StoredProposal): Omit<StoredProposal, 'slices' | 'sizes'> {
  return proposal;
}

function changed(record: SetRecord, over: Partial<SetRecord>): SetRecord {
  return { ...record, version: record.version + 1, ...over };
}

/** In force: what was held before it, or was about to be removed, is over. */
export function accepted(record: SetRecord, proposal: StoredProposal): SetRecord {
  const { removing: _over, rolledBack = [], ...others } = record;
  const live = plain(proposal);
  const left = rolledBack.filter(({ digest }) => digest !== live.digest);
  return {
    ...changed(others, { number: live.number, live, carriers: [live.process], held: null }),
    ...(left.length > 0 ? { rolledBack: left } : {}),
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
