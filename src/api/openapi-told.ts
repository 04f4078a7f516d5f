/** The shapes of what attempts, events and alerts tell, for the OpenAPI description. */

import { SEVERITIES } from '../alerts/view.js';

const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };
const whole = { type: 'integer', minimum: 0 };
const list = (items: object): object => ({ type: 'array', items });

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
    kind: { enum: Object.keys(SEVERITIES) },
    subject: { ...text, description: 'the schedule, queue, queue/handler or set it is about' },
    severity: { enum: [...new Set(Object.values(SEVERITIES))] },
    since: time,
    text,
  },
};
