/** A file set is judged: whether what a process puts forward comes into force, or is held, and why. Pure. */

import type { HeldReason, Proposal, SetRecord } from '../store/contract/index.js';
import { compareReleases } from './release.js';

export interface Judged
  extends Pick<Proposal, 'digest' | 'schedules' | 'release' | 'environment' | 'process'> {
  /** Whether it declares a schedule that the live set declares too. */
  sharesIds: boolean;
  /** Of `carillon dev`, where one directory is edited and nothing else. */
  dev?: boolean;
  /** It takes schedules over from others. */
  takesOver?: boolean;
  /** A person wants this very one. */
  force?: boolean;
}

export type Standing = Pick<SetRecord, 'live' | 'carriers' | 'rolledBack'> & {
  removing?: SetRecord['removing'];
  /** Releases of the present nodes that carry this set. */
  releases: readonly string[];
};

/** `current`: it is in force already. */
export type Verdict = { word: 'current' | 'accepted'; reason?: never } | { word: 'held'; reason: HeldReason };

/** What was deployed last rules, unless the live set holds schedules and one of these speaks against it. */
export function judge(proposal: Judged, standing: Standing): Verdict {
  const { live } = standing;
  if (!live || standing.removing) return { word: 'accepted' };
  if (proposal.digest === live.digest) {
    const differs = proposal.takesOver || isRaised(proposal.release, live.release);
    return { word: differs ? 'accepted' : 'current' };
  }
  if (live.schedules === 0 || proposal.force) return { word: 'accepted' };
  const reason = reasonAgainst(proposal, live, standing);
  return reason === null ? { word: 'accepted' } : { word: 'held', reason };
}

function reasonAgainst(proposal: Judged, live: Proposal, standing: Standing): HeldReason | null {
  const { schedules, sharesIds, dev, process, environment } = proposal;
  if (schedules === 0) return 'empty';
  if (!sharesIds && !dev && !standing.carriers.includes(process)) return 'foreign';
  if (environment !== live.environment) return 'environment';
  return releaseAgainst(proposal, live, standing) ?? rolledBack(proposal, standing);
}

function releaseAgainst({ release }: Judged, live: Proposal, standing: Standing): HeldReason | null {
  if (live.release === undefined) return null;
  if (release === undefined) return 'releaseMissing';
  const order = compareReleases(release, live.release);
  if (order === null) return 'releaseIncomparable';
  if (order >= 0) return null;
  // Files that were sent, by a CI job say, and that no node has put forward: there is nobody who could leave.
  if (live.directory === undefined && standing.carriers.length <= 1) return 'releaseOlder';
  // Whoever cannot be compared with may be newer.
  return standing.releases.some((other) => (compareReleases(other, release) ?? 1) > 0)
    ? 'releaseOlder'
    : null;
}

function rolledBack({ digest, release }: Judged, standing: Standing): HeldReason | null {
  const left = standing.rolledBack?.find((one) => one.digest === digest);
  if (!left) return null;
  return isRaised(release, left.release) ? null : 'rolledBack';
}

/** The same files under a later release: recorded, so that an older one does not displace them. */
function isRaised(release: string | undefined, before: string | undefined): boolean {
  if (release === undefined) return false;
  return before === undefined || (compareReleases(release, before) ?? 0) > 0;
}

/** Why it is held, in words; what to do about it is the same for all. */
export function heldBecause(
  reason: HeldReason,
  proposal: Pick<Proposal, 'release' | 'environment'>,
  live: Pick<Proposal, 'release' | 'environment'> | null,
): string {
  const named = (word: string, value: string | undefined): string =>
    value === undefined ? `no ${word}` : `${word} ${value}`;
  switch (reason) {
    case 'empty':
      return 'it declares no schedule, and would remove all of the live set';
    case 'foreign':
      return 'it has no schedule in common with the live set, as if it were another application; give each a source of its own';
    case 'environment':
      return `it was read for ${named('environment', proposal.environment)}, the live set for ${named('environment', live?.environment)}`;
    case 'releaseMissing':
      return `it names no release, the live set has ${named('release', live?.release)}`;
    case 'releaseIncomparable':
      return `its release ${proposal.release} cannot be compared with ${live?.release}`;
    case 'releaseOlder':
      return `its release ${proposal.release} is older than ${live?.release}; where nodes have that, it comes into force when they have left`;
    case 'rolledBack':
      return 'a person went back from it; a higher release, or applying it by hand, brings it back';
  }
}
