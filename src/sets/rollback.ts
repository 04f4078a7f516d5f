/** Goes back to an earlier revision of a file set, as a person asks: no file is needed for it. */

import { CarillonError } from '../domain/input/errors.js';
import type { SetRecord, SetStore, StoredProposal } from '../store/contract/index.js';
import { calledNow } from './called-now.js';
import { changing, recordOf } from './change.js';
import { accepted } from './propose.js';
import { keeping } from './revisions.js';

export interface RollingBack {
  revision: number;
  by: string;
  /** The same for as long as the same call is sent again. */
  nonce: string;
  /** How long it is known then, ms. */
  repeatFor?: number;
}

/** How often a change that lost a race is decided anew. */
const TRIES = 20;
/** Digests that were gone back from and are remembered. */
const MOST_LEFT = 50;

/**
 * Brings it into force again, as a new revision. What was in force since is held when a process puts it forward again,
 * unless its release is higher. What was renamed since goes on under the id it had. What is in force already stays so.
 * Throws `not_found` where the revision is not kept.
 */
export async function rollBack(
  store: SetStore,
  set: string,
  { revision, by, nonce, repeatFor }: RollingBack,
  now: number,
): Promise<SetRecord> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const record = await recordOf(store, set);
    const kept = await store.proposals(set);
    const revisions = kept.filter(({ number }) => number !== record.held?.number);
    const target = revisions.find(({ number }) => number === revision);
    if (!target) throw notKept(set, revision, revisions);
    const stays = target.digest === record.live?.digest && !record.removing;
    if (stays && repeatFor === undefined) return record;
    const { takeOver: _, formerly: __, ...files } = target;
    const since = revisions.filter(({ number }) => number > revision).sort((a, b) => a.number - b.number);
    const formerly = stays ? {} : await calledNow(store, set, target, since);
    const proposal: StoredProposal = {
      ...{ ...files, number: record.number + 1, restores: revision },
      ...(Object.keys(formerly).length > 0 ? { formerly } : {}),
      ...{ node: by, process: `${by}~${nonce.slice(0, 8)}`, at: now },
    };
    const next = stays
      ? { ...record, version: record.version + 1 }
      : leaving(accepted(record, proposal), record, revisions, target);
    const answer = await store.changeSet({
      ...{ set, nonce, answer: '', expect: record.version, record: next },
      ...(repeatFor === undefined ? {} : { repeatFor }),
      ...(stays ? {} : { proposal, ...keeping(record, next, [proposal, ...kept]) }),
    });
    if (answer === 'ok') return next;
    if (typeof answer === 'object') return recordOf(store, set);
  }
  throw changing(set);
}

/** With the digests that came into force since, each with the highest release it had. */
function leaving(
  next: SetRecord,
  { live, rolledBack = [] }: SetRecord,
  kept: readonly StoredProposal[],
  target: StoredProposal,
): SetRecord {
  const since = [...(live ? [live] : []), ...kept.filter(({ number }) => number > target.number)];
  const left = new Map<string, { digest: string; release?: string }>();
  for (const { digest, release } of [...since, ...rolledBack]) {
    if (digest === target.digest || left.has(digest)) continue;
    left.set(digest, { digest, ...(release === undefined ? {} : { release }) });
  }
  const { rolledBack: _, ...others } = next;
  const some = [...left.values()].slice(0, MOST_LEFT);
  return some.length > 0 ? { ...others, rolledBack: some } : others;
}

function notKept(set: string, revision: number, kept: readonly StoredProposal[]): CarillonError {
  const numbers = kept.map(({ number }) => number).join(', ');
  const there = numbers === '' ? 'none is kept' : `kept are ${numbers}`;
  return new CarillonError('not_found', `There is no revision ${revision} of the file set ${set}: ${there}.`);
}
