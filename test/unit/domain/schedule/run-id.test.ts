/** What the id of a run says: schedule, instant, and in which way it was made. */

import { expect, test } from 'vitest';
import { backfillId, occurrenceId, readRunId, triggerId } from '../../../../src/domain/schedule/run-id.js';

test('an id reads back as it was made', () => {
  expect(readRunId(occurrenceId('nightly', 5))).toEqual({ schedule: 'nightly', nominal: 5 });
  expect(readRunId(triggerId('a.b-c', 7, 'x+@!9'))).toEqual({
    schedule: 'a.b-c',
    nominal: 7,
    kind: 'trigger',
  });
  expect(readRunId(backfillId('s', 0, 'b!1'))).toEqual({ schedule: 's', nominal: 0, kind: 'backfill' });
});

test('a trigger carries what it says about overlap where scripts read it', () => {
  const letter = (id: string) => /!(.)/.exec(id)?.[1];
  expect(letter(triggerId('s', 1, 'n'))).toBe('d');
  expect(
    (['skip', 'allow', 'wait', 'replace'] as const).map((one) => letter(triggerId('s', 1, 'n', one))),
  ).toEqual([...['s', 'a', 'w', 'r']]);
});

test('a task of a call is no run', () => {
  expect(['3f-abc', 's@', '@5', 's@5x', 's@-5'].map(readRunId)).toEqual([null, null, null, null, null]);
});
