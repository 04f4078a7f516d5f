/** The task that comes after all of a batch, as `enqueueMany` is given it. */

import { CarillonError } from '../domain/input/errors.js';
import { readOptions } from '../domain/input/options.js';
import { isRecord, reader } from '../domain/input/readers.js';
import type { Task } from '../domain/task/task.js';
import type { TaskInput } from '../domain/task/task-input.js';
import { type Definition, requestOf, schemaOf } from './given.js';
import type { EnqueueRequest, ResultOf } from './requests.js';

/** The task that comes after all of a batch: whom it waits for, and that it runs whatever they come to, the batch says. */
export type OnComplete = EnqueueRequest & { after?: undefined; onParentDeath?: undefined };

export interface BatchOptions {
  onComplete?: OnComplete | undefined;
}

/** The tasks in their order, each with the result of its definition, and the one that comes after them where it was asked for. */
export type MadeMany<Asked extends readonly unknown[], Batch extends BatchOptions> = {
  -readonly [K in keyof Asked]: Task<ResultOf<Asked[K]>>;
} & (undefined extends Batch['onComplete'] ? { onComplete?: Task } : { onComplete: Task });

/** As it was read, its payload written down. */
export interface Last {
  input: TaskInput;
  schema: Definition | null;
}

const BATCH = {
  onComplete: reader<EnqueueRequest<never>>('a task: its handler, payload and options', (raw) =>
    isRecord(raw) ? (raw as unknown as EnqueueRequest<never>) : undefined,
  ),
};

export function readOnComplete(batch: unknown, tasks: number): Last | null {
  const { onComplete } = readOptions('enqueueMany', BATCH, batch);
  if (!onComplete) return null;
  if (tasks === 0)
    throw new CarillonError('invalid_input', 'onComplete needs at least one task to come after.');
  return { input: requestOf(onComplete, 'onComplete'), schema: schemaOf(onComplete.handler) };
}
