/** The shapes of what is told of many things at once: counts, what is to come, handlers, leaders. */

import { TASK_STATES } from '../domain/task/task.js';
import { REIGN_ENDS } from '../store/contract/leader.js';
import { list, ref, text, time, whole } from './openapi-parts.js';

const leader = {
  type: 'object',
  required: ['node', 'term', 'since'],
  properties: { node: text, term: whole, since: time },
};
const nextCursor = { type: ['string', 'null'] };
const handler = {
  name: text,
  workerCount: { ...whole, description: 'how many present workers have it' },
  scheduleCount: { ...whole, description: 'how many schedules name it' },
  schema: {
    type: 'object',
    description:
      'JSON Schema of its payload, where its worker tells one; for people: nothing is refused by it',
  },
};

export const OVERVIEW_SCHEMAS = {
  TaskCounts: {
    type: 'object',
    required: [...TASK_STATES, 'exact', 'scanned'],
    properties: {
      ...Object.fromEntries(TASK_STATES.map((state) => [state, whole])),
      exact: { type: 'boolean', description: 'whether each of them is what there is' },
      atLeast: { ...list({ enum: TASK_STATES }), description: 'of these there may be more' },
      scanned: { ...whole, description: 'how many tasks were looked at for it' },
    },
  },
  Upcoming: {
    type: 'object',
    properties: {
      items: list({
        type: 'object',
        required: ['at', 'kind', 'id', 'handler', 'queue'],
        properties: {
          at: { ...time, description: 'when it is due' },
          kind: { enum: ['occurrence', 'task'] },
          id: { ...text, description: 'the id that its task has, or will have' },
          handler: text,
          queue: text,
          schedule: {
            type: 'object',
            description: 'of an occurrence',
            properties: { id: text, nominalAt: time },
          },
          state: { enum: ['scheduled', 'retrying'], description: 'of a task' },
        },
      }),
      nextCursor,
    },
  },
  Load: {
    type: 'object',
    required: ['from', 'to', 'step', 'items', 'total', 'peaks'],
    properties: {
      from: time,
      to: time,
      step: { ...text, description: 'a duration' },
      until: { ...time, description: 'up to here it was counted, where very many start' },
      items: list({ type: 'object', properties: { at: time, starts: whole, tasks: whole } }),
      total: whole,
      peaks: {
        ...list({
          type: 'object',
          properties: { at: time, starts: whole, schedules: list(text), more: whole },
        }),
        description: 'the seconds in which most start, the largest first; `more` schedules are not named',
      },
    },
  },
  Handlers: {
    type: 'object',
    properties: {
      items: list({
        type: 'object',
        required: ['name', 'workers', 'workerCount', 'queues', 'scheduleCount', 'counts'],
        properties: {
          ...handler,
          workers: {
            ...list({ type: 'object', properties: { id: text, name: text } }),
            description: 'twenty of them at most',
          },
          queues: { ...list(text), description: '`*`: a worker of it serves all' },
          counts: { type: 'object', properties: { ready: whole, running: whole } },
          exact: { type: 'boolean', description: 'false where not all running tasks could be looked at' },
        },
      }),
      nextCursor,
    },
  },
  HandlerDetail: {
    type: 'object',
    required: ['name', 'workers', 'workerCount', 'queues', 'schedules', 'scheduleCount', 'counts'],
    properties: {
      ...handler,
      workers: list({
        type: 'object',
        properties: {
          ...{ id: text, name: text, queues: list(text), concurrency: whole, running: whole },
          seenAt: time,
        },
      }),
      queues: list({
        type: 'object',
        properties: { queue: text, ready: whole, running: whole, workers: whole },
      }),
      schedules: list(text),
      counts: ref('TaskCounts'),
    },
  },
  History: {
    type: 'object',
    required: ['items', 'refused'],
    properties: {
      items: list({
        type: 'object',
        required: ['term', 'node', 'since', 'lastedMs', 'sentence', 'refused'],
        properties: {
          term: whole,
          node: text,
          since: time,
          until: {
            ...time,
            description: 'absent: it is in office. Of one that is gone, when it was heard of last',
          },
          lastedMs: whole,
          end: { enum: REIGN_ENDS, description: 'why it ended' },
          sentence: { ...text, description: 'the same in words' },
          refused: {
            ...whole,
            description: 'writes that came after a later term had begun, and changed nothing',
          },
        },
      }),
      nextCursor: { type: 'null' },
      refused: { ...whole, description: 'of all terms that are known' },
    },
  },
  SteppedDown: {
    type: 'object',
    required: ['from', 'leader', 'tookMs'],
    properties: {
      from: { ...leader, description: 'who led' },
      leader: { ...leader, description: 'who leads now' },
      tookMs: whole,
    },
  },
};
