/** Small pieces that the schemas of the OpenAPI description are made of. */

export const text = { type: 'string' };
export const time = { type: 'string', format: 'date-time' };
export const labels = { type: 'object', additionalProperties: text };
export const whole = { type: 'integer', minimum: 0 };
export const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
export const list = (items: object): object => ({ type: 'array', items });
