/** Who asks: what a caller calls itself, which proves nothing. */

import type { FastifyRequest } from 'fastify';
import { refuse } from '../domain/input/read-fields.js';
import { isRecord } from '../domain/input/readers.js';

/** Printable, so that it harms no terminal. */
const AUTHOR = /^[\x21-\x7e][\x20-\x7e]{0,127}$/;

/** By the header, else in the body. Throws `invalid_input`. */
export function authorOf({ headers, body }: FastifyRequest): string {
  const header = headers['x-carillon-by'];
  if (header !== undefined) {
    if (typeof header === 'string' && AUTHOR.test(header)) return header;
    refuse('invalid_input', [
      { path: ['X-Carillon-By'], detail: 'must be 1 to 128 printable characters of ASCII' },
    ]);
  }
  const { by } = isRecord(body) ? body : {};
  return typeof by === 'string' && AUTHOR.test(by) ? by : 'api';
}
