/** Schemas of queues and their concurrency keys. */

import { list, ref, text, time, whole } from './openapi-parts.js';

export const QUEUE_SCHEMAS = {
  Queue: {
    type: 'object',
    required: ['queue', 'paused', 'settings'],
    properties: {
      queue: text,
      paused: { type: 'boolean' },
      settings: ref('QueueSettings'),
      scheduled: { ...whole, description: 'with those that wait for a retry' },
      ready: whole,
      running: whole,
      completed: whole,
      dead: whole,
      cancelled: whole,
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
