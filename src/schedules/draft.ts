/** The task an occurrence becomes. */

import { isDeepStrictEqual } from 'node:util';
import { occurrenceId } from '../domain/schedule/run-id.js';
import type { Occurrence, ScheduleDefinition } from '../domain/schedule/schedule.js';
import { DEFAULT_RETRY } from '../domain/task/retry.js';
import type { TaskDraft, TaskOptions } from '../store/contract/index.js';

/** Everything of a draft that is the same for each occurrence of one schedule. */
export interface DraftTemplate {
  draft(occurrence: Occurrence, createdAt: number, kind?: 'live' | 'catchUp'): TaskDraft;
  /** About what one draft takes on the wire, bytes. */
  readonly size: number;
}

export function draftTemplate(definition: ScheduleDefinition): DraftTemplate {
  const { id, handler, priority } = definition;
  const payload = definition.payload === undefined ? '' : JSON.stringify(definition.payload);
  const options = optionsOf(definition);
  return {
    draft: ({ nominal, due }, createdAt, kind = 'live') => ({
      id: occurrenceId(id, nominal),
      handler,
      priority,
      due,
      createdAt,
      payload,
      // What is as its id says is not said again.
      ...(kind === 'catchUp'
        ? { options: { ...options, run: { kind, nominal } } }
        : options
          ? { options }
          : {}),
    }),
    size: Buffer.byteLength(payload) + JSON.stringify(options ?? {}).length + id.length + 64,
  };
}

/** Only what differs from the defaults travels with the task. */
function optionsOf({
  retry,
  timeout,
  expiresIn,
  retention,
  labels,
  concurrencyKey,
}: ScheduleDefinition): TaskOptions | null {
  const options: TaskOptions = {
    ...(isDeepStrictEqual(retry, DEFAULT_RETRY) ? {} : { retry }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(concurrencyKey === undefined ? {} : { concurrencyKey }),
    ...(expiresIn === undefined ? {} : { expiresIn }),
    ...(retention === undefined ? {} : { retention }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
  return Object.keys(options).length === 0 ? null : options;
}
