/** `carillon tasks reschedule` and `redrive`. */

import type { Command } from 'commander';
import { REDRIVE, RESCHEDULE } from '../../domain/task/deed-fields.js';
import type { Task } from '../../domain/task/task.js';
import { remoteCommand, remoteOf } from '../command.js';
import { addFlags, bodyOf, type FlagValues } from '../flags.js';
import type { Surroundings } from '../surroundings.js';
import { showTask } from './task-shown.js';

const CHANGES = [
  {
    verb: 'reschedule',
    summary: 'Give a task that waits for its time or for a retry another time; 0ms: now',
    example: 'carillon tasks reschedule q1-8Zk2uR4tP0 --delay 1h',
    fields: RESCHEDULE,
  },
  {
    verb: 'redrive',
    summary: 'Put a dead task back: ready at once, no failure counted',
    example: 'carillon tasks redrive q1-8Zk2uR4tP0',
    fields: REDRIVE,
  },
] as const;

interface Flags {
  url?: string;
  json?: boolean;
}

export function addTaskChanges(tasks: Command, surroundings: Surroundings): void {
  for (const { verb, summary, example, fields } of CHANGES) {
    const made = remoteCommand(verb, summary, example).argument('<id>');
    addFlags(made, fields).action(async (id: string, { url, json, ...flags }: Flags & FlagValues) => {
      const body = bodyOf(fields, flags);
      const path = `/v1/tasks/${encodeURIComponent(id)}/${verb}`;
      const task = (await remoteOf(surroundings, { url }).post(path, body)) as Task;
      showTask(surroundings, task, json ? { json } : {});
    });
    tasks.addCommand(made);
  }
}
