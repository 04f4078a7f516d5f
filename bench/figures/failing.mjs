/** A backlog of which every tenth task fails once and is tried again at once. */

import { interleave, row } from '../lib/compare.mjs';
import { measure } from './backlog.mjs';

export const title = 'A backlog, 10 % failing once';

export async function run(options) {
  const work = { workers: 1, concurrency: 100, tasks: options.quick ? 5000 : 100_000, failing: true };
  const samples = await interleave(options, (side) => measure(side, work, options));
  const rows = [
    row(samples, {
      label: '1 worker × 100',
      field: 'perSecond',
      unit: 'tasks/s',
      better: 'higher',
      atLeast: 5.5,
    }),
    row(samples, {
      label: 'CPU, Redis and worker',
      field: 'cpuMicros',
      unit: 'µs/task',
      better: 'lower',
    }),
  ];
  const notes = ['Every tenth task throws at its first attempt; both sides try it again without a delay.'];
  return { rows, raw: { samples }, notes };
}
