/** The shapes of what attempts, events and alerts tell, for the OpenAPI description. */

import { ALERT_KINDS, KINDS } from '../alerts/kinds.js';
import { EVENT_TYPES } from '../tasks/events.js';
import { list, payloadHidden, text, time, whole } from './openapi-parts.js';

export const LOGS = {
  type: 'object',
  properties: {
    items: list({
      type: 'object',
      required: ['id', 'attempt', 'at', 'level', 'message'],
      properties: {
        id: { ...text, description: 'as a cursor: what stands behind this line' },
        attempt: whole,
        at: time,
        level: { enum: ['info', 'warn', 'error'] },
        message: text,
        fields: { type: 'object' },
        payloadHidden,
      },
    }),
    nextCursor: { type: ['string', 'null'] },
  },
};

export const ALERT = {
  type: 'object',
  required: ['id', 'kind', 'subject', 'severity', 'since', 'text'],
  properties: {
    id: { ...text, description: 'the same trouble has the same one' },
    kind: { enum: ALERT_KINDS },
    subject: {
      ...text,
      description: 'the schedule, queue, queue/handler, set, or part of the cluster it is about',
    },
    severity: { enum: [...new Set(Object.values(KINDS).map(({ severity }) => severity))] },
    since: time,
    text: { ...text, description: 'what is so, and what to do about it' },
  },
};

export const AUDIT = {
  type: 'object',
  properties: {
    items: list({
      type: 'object',
      required: ['at', 'by', 'action', 'subject', 'requestId'],
      properties: {
        at: time,
        by: {
          ...text,
          description: 'what the caller calls itself: `X-Carillon-By`, else `by` of the body, else api',
        },
        action: { ...text, description: 'such as schedule.pause' },
        subject: { ...text, description: 'what was changed, by its id or name; of many the filter' },
        before: { type: 'object', description: 'what of it was otherwise before' },
        after: { type: 'object', description: 'how that is now; of something new, what is told of it' },
        requestId: text,
      },
    }),
    nextCursor: { type: ['string', 'null'] },
  },
};

export const EVENTS = {
  type: 'object',
  description: 'the `data` of one event',
  required: ['type', 'at'],
  properties: {
    type: { enum: EVENT_TYPES },
    at: time,
    task: {
      type: 'object',
      description:
        'id, handler, queue, state, attempt; and schedule, progress, result, resultOmitted, error; payloadHidden where data is left out',
    },
    schedule: text,
    queue: text,
    worker: text,
    node: text,
    operation: text,
    alert: text,
  },
};
