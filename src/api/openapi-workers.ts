/** Schemas of workers. */

import { list, ref, text, time, whole } from './openapi-parts.js';

const flag = { type: 'boolean' };

export const WORKER_SCHEMAS = {
  Worker: {
    type: 'object',
    required: [
      'id',
      'name',
      'host',
      'pid',
      'queues',
      'handlers',
      'concurrency',
      'running',
      'quiet',
      'stopping',
    ],
    properties: {
      id: { ...text, description: '`<name>~<random>`, new for each process' },
      name: text,
      host: text,
      pid: whole,
      version: { ...text, description: 'of Carillon' },
      release: { ...text, description: 'of what is deployed, where it was told' },
      queues: list(text),
      handlers: list(text),
      concurrency: whole,
      running: {
        ...list({ type: 'object', properties: { id: text, handler: text, queue: text, since: time } }),
        description: 'tasks it ran at its last beat: those that have run longest, at most 20',
      },
      runningCount: { ...whole, description: 'how many it ran then, in all' },
      quiet: { ...flag, description: 'it takes nothing at present, as it was asked to' },
      stopping: { ...flag, description: 'it takes nothing any more, and leaves once what it runs has ended' },
      asked: {
        type: 'object',
        description: 'what it was asked and has not confirmed yet; its next two beats do',
        properties: {
          quiet: flag,
          stop: flag,
          concurrency: whole,
          add: list(text),
          remove: list(text),
        },
      },
      processed: { ...whole, description: 'attempts that have ended here since it started' },
      failed: { ...whole, description: 'of those, that failed' },
      retried: { ...whole, description: 'of those, that run again' },
      memoryBytes: whole,
      load: { type: 'number', description: 'of its host, on the average of a minute' },
      startedAt: time,
      lastBeatAt: time,
      seenAt: time,
    },
  },
  Workers: {
    type: 'object',
    properties: { items: list(ref('Worker')), nextCursor: { type: ['string', 'null'] } },
  },
};
