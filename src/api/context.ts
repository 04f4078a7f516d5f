/** What every route may use. */

import type { Problem } from '../domain/input/errors.js';
import type { Warning } from '../domain/input/warnings.js';
import type { Log } from '../runtime/log.js';
import type { PlanBasis, PlanView } from '../sets/plan-view.js';
import type { Proposed } from '../sets/propose.js';
import type { Store } from '../store/contract/index.js';

/** Who is in office, as this node sees it. */
export interface LeaderView {
  node: string;
  term: number;
  /** ms of Redis time. */
  since: number;
}

export interface ClusterView {
  leader(): Promise<LeaderView | null>;
  /** How long the lock of a leader that died stands, ms. */
  leaderTtlMs: number;
  /** Name of the node this API belongs to. */
  self: string;
}

/** Whether this node takes part, and what of it wants a person; problems alone leave it ready. */
export interface Health {
  ready: boolean;
  problems: Problem[];
}

/** What comes with files that are sent. */
export interface SentFiles {
  files: readonly { path: string; text: string }[];
  /** Values of the variables that stand in them. */
  variables?: Record<string, string>;
  release?: string;
  environment?: string;
  commit?: string;
  by?: string;
  force?: boolean;
  takeOver?: readonly string[];
}

/** Reads files that were sent. Both throw when those are not valid. */
export interface SetFiles {
  plan(set: string, sent: SentFiles): Promise<PlanView>;
  /** `key`: with one the same call, within a day, is answered as before. */
  propose(
    set: string,
    sent: SentFiles & { against?: PlanBasis },
    key?: string,
  ): Promise<{ proposed: Proposed; warnings: Warning[] }>;
}

export interface ApiContext {
  store: Store;
  cluster: ClusterView;
  health(): Promise<Health>;
  setFiles: SetFiles;
  /** A task was made whose handler no present worker of its queue has. */
  onUnroutable?(queue: string): void;
  log: Log;
  version: string;
  /** Nothing may be changed through this API. */
  readOnly: boolean;
  /** What tasks are given and give back is not shown. */
  hidePayloads: boolean;
  /** Which schedules with `environments` apply to the files of this node. */
  environment?: string;
  /** Aborts when the API closes, so that open waits end. */
  closing: AbortSignal;
}

/** A route whose path ends in an id. */
export interface ById {
  Params: { id: string };
}

/** `?dryRun`, `?dryRun=true`. */
export function isDryRun({ dryRun }: { dryRun?: string | boolean }): boolean {
  return dryRun !== undefined && dryRun !== 'false';
}
