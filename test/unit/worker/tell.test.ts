/** Failed attempts and deaths are told in the log, each with its reason and next try, and never without bound. */

import { expect, test } from 'vitest';
import type { Log } from '../../../src/runtime/log.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import type { Ending } from '../../../src/worker/attempt.js';
import { tellFailures } from '../../../src/worker/tell.js';

function listening() {
  const lines: [level: string, fields: object, message: string][] = [];
  const at = (level: string) => (fields: object | string, message?: string) =>
    void lines.push([level, fields as object, message ?? '']);
  const log: Log = { ...silentLog, warn: at('warn'), error: at('error') };
  return { lines, tell: tellFailures(log) };
}

type Next = Extract<Ending, { kind: 'settle' }>['settlement']['next'];

function ending(outcome: 'failed' | 'timeout' | 'released' | 'snoozed', next: Next): Ending {
  const task = { id: 'c-1', handler: 'invoices.close', queue: 'billing', attempt: 2 };
  const record = {
    attempt: 2,
    worker: 'w~1',
    startedAt: 1,
    finishedAt: 2,
    outcome,
    error: { message: 'no money' },
  };
  return {
    kind: 'settle',
    task,
    record,
    settlement: { id: 'c-1', token: '', record, failure: true, next },
  } as Ending;
}

test('a failed attempt is a warning with id, handler, error and next try', () => {
  const { lines, tell } = listening();
  tell(ending('failed', { to: 'retry', due: Date.UTC(2027, 0, 1) }));
  expect(lines).toEqual([
    [
      'warn',
      expect.objectContaining({ task: 'c-1', handler: 'invoices.close', queue: 'billing', attempt: 2 }),
      'invoices.close failed at attempt 2: no money; runs again at 2027-01-01T00:00:00.000Z',
    ],
  ]);
});

test('a death is an error', () => {
  const { lines, tell } = listening();
  tell(ending('timeout', { to: 'dead' }));
  expect(lines).toEqual([
    ['error', expect.anything(), 'invoices.close failed at attempt 2 and is dead: no money'],
  ]);
});

test('what was handed back or put off is no failure', () => {
  const { lines, tell } = listening();
  tell(ending('released', { to: 'head' }));
  tell(ending('snoozed', { to: 'retry', due: 9 }));
  expect(lines).toEqual([]);
});

test('thousands at once are counted, not told one by one', () => {
  const { lines, tell } = listening();
  for (let i = 0; i < 5_000; i += 1) tell(ending('failed', { to: 'retry', due: 9 }));
  expect(lines.length).toBeLessThan(200);
});
