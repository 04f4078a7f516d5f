/** `carillon tasks counts`: how many tasks are in each state, over the API. */

import type { Command } from 'commander';
import { TASK_COUNTS } from '../../domain/task/count-fields.js';
import { TASK_STATES } from '../../domain/task/task.js';
import type { TaskCounts } from '../../tasks/counts.js';
import { remoteCommand, remoteOf } from '../command.js';
import { addFlags, type FlagValues } from '../flags.js';
import type { Surroundings } from '../surroundings.js';

export function tasksCountsCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return addFlags(
    remoteCommand('counts', 'Count tasks by state', 'carillon tasks counts --queue mail'),
    TASK_COUNTS,
  ).action(async ({ url, json, ...query }: { url?: string; json?: boolean } & FlagValues) => {
    const counts = (await remoteOf(surroundings, { url }).get('/v1/tasks/counts', query)) as TaskCounts;
    if (json) {
      output.json(counts);
      return;
    }
    const { atLeast = [] } = counts;
    output.facts(
      TASK_STATES.map((state) => [state, `${atLeast.includes(state) ? '≥ ' : ''}${counts[state]}`] as const),
    );
    if (atLeast.length > 0)
      output.say(`${counts.scanned} tasks were looked at; of some states there may be more`);
  });
}
