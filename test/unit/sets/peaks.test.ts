/** Counting the runs of a plan ends. */

import { expect, test } from 'vitest';
import { readDefinition } from '../../../src/domain/schedule/definition.js';
import { Peaks } from '../../../src/sets/peaks.js';

const NOW = Date.UTC(2026, 10, 28, 18);
const DAY = 86_400_000;

function peaksOf(within?: number): Peaks {
  const peaks = new Peaks(NOW, within);
  for (const id of ['one', 'two']) {
    const read = readDefinition(id, { handler: 'x', every: '1h' }, {});
    if ('problems' in read) throw new Error('not valid');
    const timetable = { definition: read.definition, after: NOW, most: Number.POSITIVE_INFINITY };
    peaks.add(id, null, timetable);
  }
  return peaks;
}

test('what starts together is found', async () => {
  const { after } = await peaksOf().view(NOW + DAY);
  expect(after).toMatchObject({ starts: 2, schedules: ['one', 'two'] });
});

test('counting that takes too long is given up, and says so', async () => {
  await expect(peaksOf(-1).view(NOW + DAY)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/start too often for a plan/),
  });
});
