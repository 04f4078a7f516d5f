/** Judges a run by the promises of docs/guarantees.md; works on the history alone and knows nothing of the product. */

import { checkRuns } from './check-runs.js';
import { checkSchedules } from './check-schedules.js';
import { checkTasks } from './check-tasks.js';
import { grouped, type History, type Violation } from './history.js';

export function check(history: History): Violation[] {
  return [
    ...checkSchedules(history),
    ...checkRuns(history),
    ...checkTasks(history),
    ...checkTerms(history),
    ...history.strangeEnds.map(
      ({ name, how }): Violation => ({ invariant: 'I15', what: `${name} ended by itself: ${how}` }),
    ),
  ];
}

/** Once a later term was seen, or has written in a partition, no earlier one comes back (I6). */
function checkTerms({ terms, leaderWrites }: History): Violation[] {
  const byPartition = grouped(leaderWrites, ({ partition }) => partition);
  const sequences: [string, number[]][] = [
    ['the leader seen', terms],
    ...[...byPartition].map(([name, writes]): [string, number[]] => [
      `writes in ${name}`,
      writes.map(({ term }) => term),
    ]),
  ];
  return sequences.flatMap(([what, numbers]) =>
    numbers.flatMap((term, i): Violation[] => {
      const before = numbers[i - 1] ?? 0;
      return term >= before ? [] : [{ invariant: 'I6', what: `${what}: term ${term} after term ${before}` }];
    }),
  );
}
