/** The shapes of what attempts and events tell, for the OpenAPI description. */

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
