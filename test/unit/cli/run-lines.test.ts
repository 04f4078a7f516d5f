/** The line for an attempt: an occurrence's id holds its time in ms, so the time is told beside it. */

import { expect, it } from 'vitest';
import { runLine } from '../../../src/cli/run-lines.js';
import type { Ending } from '../../../src/worker/attempt.js';

const AT = new Date(2026, 2, 8, 9, 30, 0).getTime();

const ending = (id: string): Ending =>
  ({
    kind: 'complete',
    task: { id, handler: 'report', dueAt: AT },
    record: { attempt: 1, worker: 'w', startedAt: AT + 3, finishedAt: AT + 1_003, outcome: 'completed' },
  }) as unknown as Ending;

it('says of which time an occurrence is', () => {
  expect(runLine(ending(`nightly@${AT}`))).toBe(
    `09:30:01  report           completed in 1.0 s  [nightly@${AT} of 09:30:00, 3 ms after due]`,
  );
  expect(runLine(ending('q1-abc'))).toBe(
    '09:30:01  report           completed in 1.0 s  [q1-abc, 3 ms after due]',
  );
});
