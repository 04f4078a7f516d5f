/** The shapes of answers about many tasks that the OpenAPI description names. */

import { list, text, time, whole } from './openapi-parts.js';

export const MANY_SCHEMAS = {
  Errors: {
    type: 'object',
    properties: {
      items: list({
        type: 'object',
        required: ['fingerprint', 'handler', 'message', 'count', 'firstAt', 'lastAt', 'hours', 'sample'],
        properties: {
          fingerprint: { ...text, description: 'stands for them in a filter, as `error`' },
          handler: text,
          message: { ...text, description: 'of the latest one' },
          count: whole,
          firstAt: time,
          lastAt: time,
          hours: {
            ...list(whole),
            description: 'how many died in each of the last 24 hours, the present one last',
          },
          sample: { ...text, description: 'id of the latest one' },
        },
      }),
      nextCursor: { type: 'null' },
      scanned: { ...whole, description: 'how many dead tasks were looked at' },
      more: { type: 'boolean', description: 'there are more, which were not looked at' },
    },
  },
  Preview: {
    type: 'object',
    required: ['count', 'sample'],
    properties: {
      count: whole,
      sample: list({ type: 'object', properties: { id: text, handler: text, queue: text, state: text } }),
    },
  },
};
