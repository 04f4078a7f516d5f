/** Small pieces that the schemas of the OpenAPI description are made of. */

export const text = { type: 'string' };
export const time = { type: 'string', format: 'date-time' };
export const labels = { type: 'object', additionalProperties: text };
export const whole = { type: 'integer', minimum: 0 };
export const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
export const list = (items: object): object => ({ type: 'array', items });

/** Stands beside what is left where this node is not to show data of tasks. */
export const payloadHidden = {
  type: 'boolean',
  description: 'true where payload, result, progress or what was logged is left out: CARILLON_HIDE_PAYLOADS',
};
