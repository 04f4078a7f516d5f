/** An operation as the API, the client and the command line show it (interface §3). */

import { formatInstant } from '../domain/input/instants.js';
import type { OperationRecord, OperationState } from '../store/contract/index.js';

export interface OperationView {
  id: string;
  kind: string;
  filter: Readonly<Record<string, unknown>>;
  /** As `matched`. */
  count: number;
  matched: number;
  done: number;
  failed: number;
  state: OperationState;
  perMinute?: number;
  reason?: string;
  /** Why it ended before it was done, or what it could not do. */
  problem?: string;
  createdAt: string;
  finishedAt?: string;
  by: string;
}

export function operationView(record: OperationRecord): OperationView {
  const { version: _, progress: __, createdAt, finishedAt, matched, ...plain } = record;
  return {
    ...plain,
    count: matched,
    matched,
    createdAt: formatInstant(createdAt),
    ...(finishedAt === undefined ? {} : { finishedAt: formatInstant(finishedAt) }),
  };
}
