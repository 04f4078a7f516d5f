/** The Idempotency-Key header of calls that create, and who calls: keys are remembered for each API key. */

import type { FastifyRequest } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { isRecord } from '../domain/input/readers.js';
import { TASK_FIELDS } from '../domain/task/fields.js';
import { shortHash } from '../runtime/short-hash.js';
import type { RegistryStore } from '../store/contract/index.js';
import { REMEMBERED } from '../store/contract/once.js';

const HEADER = 'idempotency-key';
const HEADERS = { 'Idempotency-Key': TASK_FIELDS.idempotencyKey };

/** Said of each route that creates. */
export const IDEMPOTENCY_KEY = {
  'Idempotency-Key':
    'a text of at most 256 bytes: a call with the key of an earlier one, within 24 h, makes nothing and is answered as that one was; with another body 422',
};

/** Throws `invalid_input`. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const given = request.headers[HEADER];
  return given === undefined
    ? undefined
    : readFields({ 'Idempotency-Key': given }, HEADERS)['Idempotency-Key'];
}

/** '' where no API key is asked for; whoever signed in with a key is the same caller as who sends it. */
export function callerOf({ caller }: FastifyRequest): string {
  return caller?.name ?? '';
}

/**
 * Whether it repeats a call that has made its change: by its key, of the same caller and route. What is asked for the first
 * time is remembered by it.
 */
export async function isRepeated(
  store: Pick<RegistryStore, 'remember'>,
  request: FastifyRequest,
  route: string,
): Promise<boolean> {
  const { headers, body, id, method, params } = request;
  const key = headers[HEADER] ?? (isRecord(body) ? body['idempotencyKey'] : undefined);
  if (typeof key !== 'string') return false;
  const called = JSON.stringify(['audit', callerOf(request), method, route, params, key]);
  try {
    return (await store.remember(shortHash(called), id, REMEMBERED)) !== id;
  } catch {
    // Rather told twice than not at all.
    return false;
  }
}

/** The key of the header beside what the body says. */
export function withKey<T extends { idempotencyKey?: string }>(request: FastifyRequest, wish: T): T {
  const idempotencyKey = idempotencyKeyOf(request) ?? wish.idempotencyKey;
  return idempotencyKey === undefined ? wish : { ...wish, idempotencyKey };
}
