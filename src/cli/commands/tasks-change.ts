/** `carillon tasks reschedule` and `redrive`. */

import type { Command } from 'commander';
import { REDRIVE, RESCHEDULE } from '../../domain/task/deed-fields.js';
import type { Task } from '../../domain/task/task.js';
import { remoteCommand } from '../command.js';
import type { Surroundings } from '../surroundings.js';
import { showTask } from './task-shown.js';
import { oneOrMany } from './tasks-many.js';

const CHANGES = [
  {
    verb: 'reschedule',
    summary:
      'Give a task that waits for its time or for a retry another time; 0ms: now; or all that flags name',
    examples: [
      'carillon tasks reschedule q1-8Zk2uR4tP0 --delay 1h',
      'carillon tasks reschedule --queue mail --state retrying --delay 0ms --count 120',
    ],
    fields: RESCHEDULE,
    shared: ['delay'],
  },
  {
    verb: 'redrive',
    summary: 'Put a dead task back: ready at once, no failure counted; or all that flags name',
    examples: [
      'carillon tasks redrive q1-8Zk2uR4tP0',
      'carillon tasks redrive q1-8Zk2uR4tP0 q1-Qm31xY7bR2 --count 2',
      'carillon tasks redrive --error 4fQk9ZtA81bC --count 312 --per-minute 600',
    ],
    fields: REDRIVE,
    shared: [],
  },
] as const;

export function addTaskChanges(tasks: Command, surroundings: Surroundings): void {
  for (const { verb, summary, examples, fields, shared } of CHANGES) {
    const command = remoteCommand(verb, summary, ...examples);
    const show = (task: Task, flags: { json?: boolean }): void => showTask(surroundings, task, flags);
    tasks.addCommand(oneOrMany(surroundings, { kind: verb, command, fields, shared, show }));
  }
}
