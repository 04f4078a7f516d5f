/** The line for an attempt: an occurrence's id holds its time in ms, so the time is told beside it. */

import { expect, it } from 'vitest';
import { RunLines, runLine } from '../../../src/cli/run-lines.js';
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

it('prints as much of what completes all the time as a person can follow, and everything that does not', () => {
  const printed: string[] = [];
  const lines = new RunLines((line) => printed.push(line));
  const failed = {
    ...ending('q1-bad'),
    ...{ kind: 'settle', settlement: { next: { to: 'dead' } } },
  } as unknown as Ending;
  for (const [at, one] of [0, 1_000, 2_000, 5_000].entries()) lines.ended(ending(`q1-${at}`), one);
  lines.ended(failed, 5_001);
  lines.ended(failed, 5_002);
  expect(printed.map((line) => line.replace(/^.*(?=\[)/, ''))).toEqual([
    '[q1-0, 3 ms after due]',
    '[q1-3, 3 ms after due] and 2 more',
    '[q1-bad, 3 ms after due]',
    '[q1-bad, 3 ms after due]',
  ]);
});
