/** Schemas of queues and their concurrency keys. */

import { list, ref, text, time, whole } from './openapi-parts.js';

const rate = { type: 'number', minimum: 0 };

export const QUEUE_SCHEMAS = {
  Queue: {
    type: 'object',
    required: ['queue', 'paused', 'settings'],
    properties: {
      queue: text,
      paused: { type: 'boolean' },
      settings: ref('QueueSettings'),
      scheduled: whole,
      retrying: whole,
      ready: whole,
      running: whole,
      completed: whole,
      dead: whole,
      cancelled: whole,
      oldestAgeMs: { ...whole, description: 'how long the ready task has waited that has waited longest' },
      rates: {
        type: 'object',
        description:
          'a minute, on the average of the last one: tasks made, attempts begun, completed, failed',
        properties: { enqueued: rate, started: rate, completed: rate, failed: rate },
      },
      drainsInMs: {
        ...whole,
        description: 'when nothing is ready any more if it goes on like this; absent where it does not drain',
      },
      setByFile: {
        type: 'object',
        description: 'settings that a configuration file has named, each with its place: changed only there',
        additionalProperties: text,
      },
      limits: {
        type: 'object',
        description: 'of concurrency and maxDepth, where they are set: limit and used',
        additionalProperties: { type: 'object', properties: { limit: whole, used: whole } },
      },
      unroutable: {
        type: 'object',
        description: 'ready tasks by handler that no present worker of the queue has',
        additionalProperties: whole,
      },
    },
  },
  Keys: {
    type: 'object',
    properties: {
      items: list({
        type: 'object',
        required: ['key', 'backlog', 'running', 'throttled'],
        properties: {
          key: text,
          backlog: { ...whole, description: 'ready tasks' },
          oldestWaitMs: { ...whole, description: 'how long the one that has waited longest has waited' },
          running: whole,
          throttled: { type: 'boolean', description: 'something waits, and nothing of it may start now' },
          opensAt: { ...time, description: 'when the rate that is closed opens' },
        },
      }),
      nextCursor: { type: ['string', 'null'] },
    },
  },
  Queues: {
    type: 'object',
    properties: { items: list(ref('Queue')), nextCursor: { type: ['string', 'null'] } },
  },
};
