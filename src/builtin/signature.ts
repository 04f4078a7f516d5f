/** Signs a request as Standard Webhooks says (https://www.standardwebhooks.com), so that its receiver knows its maker. */

import { createHmac } from 'node:crypto';

const SECRET = /^whsec_([A-Za-z0-9+/_-]+={0,2})$/;

/** What a secret must be, for messages, which never quote one. */
export const SECRET_GRAMMAR = 'whsec_ and the secret in base64, 24 to 64 bytes of it';

export const isSecret = (raw: unknown): boolean => typeof raw === 'string' && SECRET.test(raw);

/**
 * The three headers. `id`: of the task, the same for every attempt; a full stop in it is written `%2E`, because the
 * signature tells its parts apart by it. `at`: when the attempt began, ms. `body`: the very bytes that are sent.
 */
export function signatureHeaders(
  secret: string,
  id: string,
  at: number,
  body: Uint8Array,
): Record<string, string> {
  const name = id.replaceAll('.', '%2E');
  const seconds = Math.floor(at / 1_000);
  const key = Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64');
  const signature = createHmac('sha256', key).update(`${name}.${seconds}.`).update(body).digest('base64');
  return {
    'webhook-id': name,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  };
}
