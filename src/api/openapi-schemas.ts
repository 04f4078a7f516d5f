/** The shapes of answers that the OpenAPI description names. */

import { ERRORS } from '../domain/input/errors.js';
import { REASONS } from '../domain/schedule/ledger.js';
import { RUN_KINDS } from '../domain/schedule/run-id.js';
import { OUTCOMES, PRIORITIES, TASK_STATES } from '../domain/task/task.js';
import { FATES } from '../schedules/occurrence-view.js';
import { OPERATION_STATES } from '../store/contract/operations.js';
import { MANY_SCHEMAS } from './openapi-many.js';
import { OVERVIEW_SCHEMAS } from './openapi-overviews.js';
import { labels, list, payloadHidden, ref, text, time, whole } from './openapi-parts.js';
import { QUEUE_SCHEMAS } from './openapi-queues.js';
import { SET_SCHEMAS } from './openapi-sets.js';
import { STATS_SCHEMAS } from './openapi-stats.js';
import { ALERT, AUDIT, EVENTS, LOGS } from './openapi-told.js';
import { WORKER_SCHEMAS } from './openapi-workers.js';
import { SESSION } from './sessions.js';

const innerFailure = {
  type: 'object',
  required: ['message'],
  properties: { message: text, stack: text, code: { type: ['string', 'number'] } },
};
const failure = {
  ...innerFailure,
  properties: {
    ...innerFailure.properties,
    cause: innerFailure,
    errors: { type: 'array', items: innerFailure, description: 'of an AggregateError, the first of them' },
  },
};
const attempt = {
  type: 'object',
  required: ['attempt', 'worker', 'startedAt', 'outcome'],
  description: 'The one that runs has the outcome `running` and no `finishedAt`.',
  properties: {
    attempt: whole,
    worker: text,
    startedAt: time,
    finishedAt: time,
    outcome: { enum: ['running', ...OUTCOMES] },
    error: failure,
    host: { ...text, description: 'of a lost one: the machine of its worker, where that is known' },
    lastBeatAt: { ...time, description: 'of a lost one: when its worker was last heard of' },
  },
};
const lastRun = {
  type: ['object', 'null'],
  description:
    'The latest planned instant whose time has come. Looked for among the last 8 instants the schedule as it stands now had: null when none of them was planned.',
  properties: {
    nominalAt: time,
    dueAt: time,
    taskId: text,
    state: { enum: [...TASK_STATES, null], description: 'null once the task is deleted' },
  },
};
const latestRun = {
  type: 'object',
  required: ['nominalAt', 'dueAt', 'taskId', 'state'],
  properties: {
    nominalAt: time,
    dueAt: time,
    taskId: text,
    state: { enum: [...TASK_STATES, 'pruned'], description: 'pruned once the task is deleted' },
    latenessMs: { type: 'number', description: 'from its due time to the start of its first attempt' },
    runMs: { type: 'number', description: 'of its last attempt that has ended' },
  },
};
const occurrence = {
  type: 'object',
  required: ['nominalAt', 'dueAt', 'fate', 'revision'],
  properties: {
    nominalAt: time,
    dueAt: { ...time, description: 'nominal time and jitter' },
    fate: { enum: FATES },
    reason: { enum: REASONS, description: 'of what was skipped' },
    asked: {
      type: 'object',
      description: 'who asked to skip it, or for the pause it fell into',
      required: ['by', 'at'],
      properties: { by: text, at: time, reason: text },
    },
    taskId: text,
    state: { enum: [...TASK_STATES, 'pruned'], description: 'pruned once the task is deleted' },
    latenessMs: { type: 'number', description: 'from its due time to the start of its first attempt' },
    term: { ...whole, description: 'in which it was planned' },
    revision: whole,
    dst: { enum: ['gap', 'fold'], description: 'its local time was left out, or came twice' },
  },
};
/** What is answered; what is asked for is described by its readers. */
export const SCHEMAS = {
  Task: {
    type: 'object',
    required: ['id', 'handler', 'queue', 'state'],
    properties: {
      id: text,
      handler: text,
      queue: text,
      payload: {},
      state: { enum: TASK_STATES },
      priority: { enum: PRIORITIES },
      dueAt: time,
      createdAt: time,
      attempt: whole,
      failures: whole,
      maxAttempts: whole,
      startedAt: time,
      finishedAt: time,
      result: {},
      error: failure,
      reason: text,
      progress: { description: 'what its latest attempt said with `ctx.progress`' },
      payloadHidden,
      cancelRequested: { type: 'boolean' },
      parents: list(text),
      waitingFor: list(text),
      unroutable: { type: 'boolean' },
      uniqueKey: text,
      concurrencyKey: text,
      deduplicated: {
        type: 'boolean',
        description: 'true in the 200 answer to a call whose unique key this task has; the call made none',
      },
      traceparent: {
        ...text,
        description: 'of a task that was made in a trace: where, as W3C Trace Context writes it',
      },
      madeBy: {
        type: 'object',
        description:
          'of a task that a handler made with ctx.enqueue: which attempt of which task; where a later call gave it another payload by its unique key, that call counts',
        required: ['taskId', 'attempt'],
        properties: { taskId: text, attempt: whole },
      },
      labels,
      schedule: {
        type: 'object',
        properties: {
          ...{ id: text, nominalAt: time },
          kind: { type: 'string', enum: [...RUN_KINDS] },
        },
      },
      attempts: list(attempt),
    },
  },
  Tasks: {
    type: 'object',
    properties: {
      items: list(ref('Task')),
      nextCursor: { type: ['string', 'null'] },
      scanned: { type: 'integer', description: 'How many tasks were looked at.' },
    },
  },
  Logs: LOGS,
  Events: EVENTS,
  ...QUEUE_SCHEMAS,
  ...OVERVIEW_SCHEMAS,
  ...WORKER_SCHEMAS,
  Schedule: {
    type: 'object',
    description: 'The definition, as a schedule file writes it, and:',
    required: ['id', 'state', 'nextRuns', 'lastRun', 'counters', 'source', 'revision'],
    properties: {
      id: text,
      state: { enum: ['enabled', 'disabled', 'paused', 'shadow', 'finished', 'faulty'] },
      nextRuns: list(time),
      nextDueAt: list(time),
      lastRun,
      runs: { ...list(latestRun), description: 'newest first; where they were asked for' },
      paused: {
        type: 'object',
        description: 'since when, until when, why',
        properties: { at: time, until: time, reason: text, by: text },
      },
      pausedBy: { ...text, description: 'who paused it' },
      counters: { type: 'object', properties: { fired: whole, missed: whole } },
      finishedReason: { ...text, description: 'of one that has finished: why' },
      payloadHidden,
      source: {
        type: 'object',
        properties: { kind: text, set: text, file: text, line: whole, environment: text, commit: text },
      },
      revision: whole,
    },
  },
  Schedules: {
    type: 'object',
    properties: {
      items: list(ref('Schedule')),
      nextCursor: { type: ['string', 'null'] },
      scanned: { type: 'integer', description: 'How many schedules were looked at.' },
    },
  },
  Occurrences: {
    type: 'object',
    properties: {
      items: list(occurrence),
      missed: {
        ...list({ type: 'object', properties: { from: time, to: time, count: whole } }),
        description: 'stretches of which nothing ran',
      },
      next: { ...time, type: ['string', 'null'], description: 'where the following page begins, for `from`' },
    },
  },
  Explanation: {
    type: 'object',
    required: ['at', 'fate', 'sentence'],
    properties: {
      at: time,
      nominalAt: { ...time, description: 'absent where the schedule has no instant then' },
      fate: { enum: FATES },
      reason: { enum: REASONS },
      sentence: text,
      taskId: text,
      state: { enum: [...TASK_STATES, 'pruned'] },
      next: { ...time, description: 'the next run; absent where none comes' },
    },
  },
  Alerts: {
    type: 'object',
    properties: { items: list(ALERT), nextCursor: { type: ['string', 'null'] } },
  },
  Audit: AUDIT,
  Operation: {
    type: 'object',
    required: ['id', 'kind', 'filter', 'count', 'matched', 'done', 'failed', 'state', 'createdAt', 'by'],
    properties: {
      id: text,
      kind: text,
      filter: { type: 'object' },
      count: whole,
      matched: { ...whole, description: 'how many things it is done to, as `count`' },
      done: whole,
      failed: whole,
      state: { enum: OPERATION_STATES },
      perMinute: whole,
      reason: text,
      problem: { ...text, description: 'why it ended before it was done' },
      createdAt: time,
      finishedAt: time,
      by: text,
    },
  },
  Operations: {
    type: 'object',
    properties: { items: list(ref('Operation')), nextCursor: { type: ['string', 'null'] } },
  },
  Session: SESSION,
  ...MANY_SCHEMAS,
  ...SET_SCHEMAS,
  ...STATS_SCHEMAS,
  Problem: {
    type: 'object',
    required: ['code', 'status', 'title', 'requestId'],
    properties: {
      type: text,
      title: text,
      status: whole,
      detail: text,
      code: { enum: Object.keys(ERRORS) },
      errors: list({ type: 'object', properties: { pointer: text, detail: text } }),
      fix: text,
      requestId: text,
      state: text,
      count: { ...whole, description: 'how many there are, where another number was said' },
      ids: { ...list(text), description: 'those that go by a name, where one alone was meant' },
    },
  },
};
