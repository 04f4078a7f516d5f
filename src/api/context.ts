/** What every route may use. */

import type { Problem } from '../domain/input/errors.js';
import type { Log } from '../runtime/log.js';
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
  /** Name of the node this API belongs to. */
  self: string;
}

/** Whether this node takes part, and what of it wants a person; problems alone leave it ready. */
export interface Health {
  ready: boolean;
  problems: Problem[];
}

/** Reads files that were sent, and proposes them. Throws when they are not valid. */
export type ProposeFiles = (
  set: string,
  files: readonly { path: string; text: string }[],
  options: {
    variables?: Record<string, string>;
    release?: string;
    environment?: string;
    by?: string;
    force?: boolean;
  },
) => Promise<{ proposed: Proposed; warnings: Problem[] }>;

export interface ApiContext {
  store: Store;
  cluster: ClusterView;
  health(): Promise<Health>;
  proposeFiles: ProposeFiles;
  /** A task was made whose handler no present worker of its queue has. */
  onUnroutable?(queue: string): void;
  log: Log;
  version: string;
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
