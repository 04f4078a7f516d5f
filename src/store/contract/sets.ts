/** File sets: what was proposed, what is in force of it and what was carried out. All of it lives in the registry. */

import type { SetTold } from './events.js';
import type { Fenced, Term } from './leader.js';

export interface SetStore {
  /** By name. */
  setRecords(): Promise<SetRecord[]>;
  setRecord(name: string): Promise<SetRecord | null>;
  /** The proposals that are kept, newest first: those that were accepted, and the one that is held. */
  proposals(set: string): Promise<StoredProposal[]>;
  /**
   * One change of a record by compare-and-set. `already`: the change with this nonce was made before, and this is
   * what was answered then. `missing`: the proposal names slices that are neither kept nor brought.
   */
  changeSet(change: SetChange, term?: Term): Promise<SetAnswer>;
  /** Brings slices for the change with this nonce; they end by themselves when no change takes them. */
  bringSlices(nonce: string, slices: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Kept slices by id; null where there is none. */
  slices(set: string, ids: readonly string[]): Promise<(Uint8Array | null)[]>;
  /** For those who listen: a node found only invalid files of a set. Once for each nonce. */
  tellSet(set: string, told: SetTold, nonce: string): Promise<void>;
}

export interface SetChange {
  set: string;
  /** The version that the caller read; null: there must be no record yet. */
  expect: number | null;
  /** What to store; null removes the record and everything that is kept of the set. */
  record: SetRecord | null;
  /** Names this change, so that it is made once however often it is sent, with the answer to repeat then. */
  nonce?: string;
  answer?: string;
  /** How long that is, ms; ten minutes unless said otherwise. */
  repeatFor?: number;
  /** Kept beside the record under its number. */
  proposal?: StoredProposal;
  /** Numbers of proposals that are not kept any longer, and the slices that only they named. */
  forget?: readonly number[];
  drop?: readonly string[];
  /** What it comes to for those who listen. */
  told?: SetTold;
}

export type SetAnswer = 'ok' | 'stale' | 'missing' | Fenced | { already: string };

/** What a process put forward. */
export interface Proposal {
  /** In the order of arrival, within the set. */
  number: number;
  /** Of the definitions, whatever files they stand in. */
  digest: string;
  /** How many schedules it declares. */
  schedules: number;
  release?: string;
  environment?: string;
  /** What the files were checked out at. */
  commit?: string;
  /** Ids that it takes over from others, once. */
  takeOver?: string[];
  /** The revision that it brings back. */
  restores?: number;
  /** By id, what those schedules were called until then that it brings back under the id they had before. */
  formerly?: Record<string, string>;
  /** Name of the node, or who asked; `process`: that very process. */
  node: string;
  process: string;
  directory?: string;
  at: number;
}

export interface StoredProposal extends Proposal {
  /** Ids of the slices that hold its definitions. */
  slices: string[];
  /** How long each of them is, bytes. */
  sizes?: number[];
}

export type HeldReason =
  | 'empty'
  | 'foreign'
  | 'environment'
  | 'releaseMissing'
  | 'releaseIncomparable'
  | 'releaseOlder'
  | 'rolledBack';

/** How many schedules a proposal creates, changes and removes, and which (the first ones). */
export interface SetDifference {
  created: number;
  changed: number;
  removed: number;
  ids: { created: string[]; changed: string[]; removed: string[] };
  /** Of those created and removed the ones that are one schedule under another id, once that is known. */
  renamed?: { id: string; formerly: string }[];
}

export interface HeldProposal extends Proposal {
  reason: HeldReason;
  /** Against the live set when it was held. */
  difference: SetDifference;
}

/** How far the live proposal was carried out. */
export interface CarriedOut {
  /** Of the proposal. */
  number: number;
  at: number;
  node: string;
  difference: SetDifference;
  /** Ids that belong to another set or to the API; they are left alone and looked at again. */
  conflicts: SetConflict[];
}

/** `formerly`: it cannot go on as this schedule, which is its owner's. */
export interface SetConflict {
  id: string;
  owner: string;
  formerly?: string;
}

export interface SetRecord {
  set: string;
  /** Grows with every change of the record. */
  version: number;
  /** Of the latest proposal. */
  number: number;
  /** In force: every leader carries it out. null: none was accepted yet. */
  live: Proposal | null;
  /** Processes that proposed the live digest, the latest first. */
  carriers: string[];
  /** Its removal is in force: once that is carried out the record goes. */
  removing?: { at: number };
  held: HeldProposal | null;
  /** null: what is stored is not known to be any proposal's, so a leader compares with every stored schedule. */
  carriedOut: CarriedOut | null;
  /** A person went back from these: each is held until its release is higher. The latest first. */
  rolledBack?: { digest: string; release?: string }[];
}
