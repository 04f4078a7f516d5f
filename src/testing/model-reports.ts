/** What attempts tell of themselves, in the model. */

import { LOG_LINES } from '../domain/input/sizes.js';
import type { LogLine, LogPlace, Report } from '../store/contract/index.js';
import type { ModelTask, Partition } from './model-partition.js';

export function report(partition: Partition, worker: string, reports: readonly Report[]): void {
  for (const { id, token, progress, lines, from } of reports) {
    const task = partition.tasks.get(id);
    if (task?.place.at !== 'held' || task.place.worker !== worker || task.place.token !== token) continue;
    if (progress !== undefined) task.progress = progress;
    const log = task.log ?? [];
    for (const [i, text] of lines.entries()) {
      const line = { attempt: task.attempt, line: from + i, text };
      const last = log.at(-1);
      if (!last || isBehind(line, last)) log.push(line);
    }
    task.log = log.slice(-LOG_LINES);
  }
}

export function logs(task: ModelTask | undefined, limit: number, after?: LogPlace): LogLine[] {
  const log = task?.log ?? [];
  return structuredClone(log.filter((line) => !after || isBehind(line, after)).slice(0, limit));
}

function isBehind(one: LogPlace, other: LogPlace): boolean {
  return one.attempt > other.attempt || (one.attempt === other.attempt && one.line > other.line);
}
