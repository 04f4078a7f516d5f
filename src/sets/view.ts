/** What is shown of a file set: what is in force, how far it was carried out, what is held, and what is not valid. */

import { formatInstant } from '../domain/input/instants.js';
import type {
  HeldProposal,
  Presence,
  Proposal,
  SetConflict,
  SetDifference,
  SetRecord,
} from '../store/contract/index.js';
import { isCarriedOut } from './carry-out.js';
import { heldBecause } from './judge.js';

/** Name of a set when neither a setting nor a file gives one. */
export const USUAL_SET = 'files';

interface ProposalView {
  digest: string;
  schedules: number;
  release?: string;
  environment?: string;
  commit?: string;
  node: string;
  directory?: string;
  proposedAt: string;
}

/** One accepted proposal. */
export interface RevisionView extends ProposalView {
  revision: number;
  at: string;
  by: string;
  /** The revision that it brought back. */
  restores?: number;
}

export interface SetView extends Partial<ProposalView> {
  set: string;
  /** `none`: nothing was accepted yet. */
  state: 'applied' | 'applying' | 'removing' | 'none';
  revision?: number;
  /** The revision that it brought back. */
  restores?: number;
  appliedAt?: string;
  applied?: SetDifference;
  /** Ids that belong to somebody else and are left aside. */
  conflicts: SetConflict[];
  /** What a person went back from, and is held therefore. */
  rolledBack: { digest: string; release?: string }[];
  held: (ProposalView & { reason: string; because: string; difference: SetDifference }) | null;
  /** Of the files that present nodes have read; the first of each node. */
  problems: { node: string; pointer: string; detail: string }[];
  /** Present nodes that carry the set. */
  nodes: { name: string; digest?: string; release?: string; directory?: string; problems: number }[];
}

/** All that are recorded, and those of which there are only invalid files. */
export function setViews(records: readonly SetRecord[], nodes: readonly Presence[]): SetView[] {
  const recorded = new Map(records.map((record) => [record.set, record]));
  const carried = nodes.flatMap(({ files }) => files?.set ?? []);
  const names = [...new Set([...recorded.keys(), ...carried])].sort();
  return names.map((set) => setView(set, recorded.get(set) ?? null, nodes));
}

export function setView(set: string, record: SetRecord | null, nodes: readonly Presence[]): SetView {
  const carrying = nodes.filter(({ files }) => files?.set === set);
  return {
    set,
    state: stateOf(record),
    ...(record?.live ? liveView(record.live) : {}),
    ...carriedOutView(record),
    rolledBack: record?.rolledBack ?? [],
    held: record?.held ? heldView(record.held, record.live) : null,
    problems: carrying.flatMap(({ name, files }) =>
      (files?.shown ?? []).map((one) => ({ node: name, ...one })),
    ),
    nodes: carrying.map(({ name, release, files }) => ({
      name,
      ...(files?.digest === undefined ? {} : { digest: files.digest }),
      ...(release === undefined ? {} : { release }),
      ...(files?.directory === undefined ? {} : { directory: files.directory }),
      problems: files?.problems ?? 0,
    })),
  };
}

function liveView(live: Proposal): Partial<SetView> {
  const { number, restores } = live;
  return {
    ...{ ...proposalView(live), revision: number },
    ...(restores === undefined ? {} : { restores }),
  };
}

export function revisionView(proposal: Proposal): RevisionView {
  const { number, node, at, restores } = proposal;
  return {
    ...{ revision: number, at: formatInstant(at), by: node },
    ...(restores === undefined ? {} : { restores }),
    ...proposalView(proposal),
  };
}

function stateOf(record: SetRecord | null): SetView['state'] {
  if (record?.removing) return 'removing';
  if (!record?.live) return 'none';
  return isCarriedOut(record) ? 'applied' : 'applying';
}

function carriedOutView(record: SetRecord | null): Pick<SetView, 'conflicts' | 'appliedAt' | 'applied'> {
  const { carriedOut = null } = record ?? {};
  if (!carriedOut || carriedOut.number !== record?.live?.number) return { conflicts: [] };
  const { at, difference, conflicts } = carriedOut;
  return { appliedAt: formatInstant(at), applied: difference, conflicts };
}

function proposalView({
  digest,
  schedules,
  release,
  environment,
  commit,
  node,
  directory,
  at,
}: Proposal): ProposalView {
  return {
    digest,
    schedules,
    ...(release === undefined ? {} : { release }),
    ...(environment === undefined ? {} : { environment }),
    ...(commit === undefined ? {} : { commit }),
    node,
    ...(directory === undefined ? {} : { directory }),
    proposedAt: formatInstant(at),
  };
}

export function heldView(held: HeldProposal, live: Proposal | null): NonNullable<SetView['held']> {
  const { reason, difference } = held;
  return { ...proposalView(held), reason, because: heldBecause(reason, held, live), difference };
}
