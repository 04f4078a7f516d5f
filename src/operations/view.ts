/** An operation as the API, the client and the command line show it. */

import { formatInstant } from '../domain/input/instants.js';
import type { OperationRecord, OperationState } from '../store/contract/index.js';

/** A deed on many things: a backfill, or a cancel, redrive, reschedule or purge by filter. Times are RFC 3339. */
export interface OperationView {
  /** What `client.operations` takes. */
  id: string;
  /** What is done, such as `backfill`. */
  kind: string;
  /** On what. */
  filter: Readonly<Record<string, unknown>>;
  /** As `matched`. */
  count: number;
  /** How many it was to be when it began. */
  matched: number;
  /** How many are done. */
  done: number;
  /** How many could not be done any more. */
  failed: number;
  /** `running`, until it is `done` or `aborted`. */
  state: OperationState;
  /** Its pace, at most so many a minute; absent: as fast as it goes. */
  perMinute?: number;
  /** Why, in the words of whoever asked for it. */
  reason?: string;
  /** When the tasks are due that it gives another time. */
  dueAt?: string;
  /** Why it ended before it was done, or what it could not do. */
  problem?: string;
  /** When it was asked for. */
  createdAt: string;
  /** When it was done or aborted. */
  finishedAt?: string;
  /** Who asked for it. */
  by: string;
}

export function operationView(record: OperationRecord): OperationView {
  const { version: _, progress: __, createdAt, finishedAt, dueAt, matched, ...plain } = record;
  return {
    ...plain,
    count: matched,
    matched,
    createdAt: formatInstant(createdAt),
    ...(dueAt === undefined ? {} : { dueAt: formatInstant(dueAt) }),
    ...(finishedAt === undefined ? {} : { finishedAt: formatInstant(finishedAt) }),
  };
}
