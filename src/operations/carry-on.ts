/** Carries an operation on by one slice and writes down how far it has come; run by the leader. */

import type { OperationRecord } from '../store/contract/index.js';
import { backfillStep } from './backfill-step.js';
import { purgeStep } from './purge-step.js';
import type { Carrying, Step } from './step.js';
import { taskStep } from './task-step.js';

const KINDS: Readonly<Record<string, (record: OperationRecord, by: Carrying) => Promise<Step>>> = {
  backfill: backfillStep,
  cancel: taskStep,
  redrive: taskStep,
  reschedule: taskStep,
  purge: purgeStep,
};

/** Somebody else changed it; it is read again after this, ms. */
const SOON = 20;
/** Of a newer release: it is looked at again after this, ms, by whoever leads then. */
const UNKNOWN_KIND = 60_000;

/** When it wants to be carried on, ms from now; `ended`: it is over, as the record says. */
export type CarriedOn = { again: number } | { ended: OperationRecord } | 'fenced';

export async function carryOn(record: OperationRecord, by: Carrying): Promise<CarriedOn> {
  if (record.state !== 'running') return { ended: record };
  const carry = KINDS[record.kind];
  if (!carry) return { again: UNKNOWN_KIND };
  const wait = record.progress.nextAt - by.now;
  if (wait > 0) return { again: wait };
  const step = await carry(record, by);
  if (step.to === 'fenced') return 'fenced';
  if (step.to === 'wait') return { again: step.ms };
  const next = after(record, step, by.now);
  const change = { id: record.id, expect: record.version, record: next };
  const word = await by.store.changeOperation(change, by.term);
  if (word === 'fenced') return word;
  if (word === 'stale') return { again: SOON };
  return next.state === 'running' ? { again: next.progress.nextAt - by.now } : { ended: next };
}

function after(
  record: OperationRecord,
  step: Extract<Step, { to: 'next' | 'end' }>,
  now: number,
): OperationRecord {
  const { done = record.done, failed = record.failed } = step;
  const next = { ...record, version: record.version + 1, done, failed };
  if (step.to === 'next') return { ...next, progress: step.progress };
  const { state, problem } = step;
  return { ...next, state, finishedAt: now, ...(problem === undefined ? {} : { problem }) };
}
