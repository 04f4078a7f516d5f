/** Addresses of the web as people write them down: in one form only, because whoever reviews them should see where each leads. */

import { type Reader, reader } from './readers.js';

const LONGEST_URL = 8_192;

const PLAIN_URL = /^https?:\/\/[^/?#\\@\s]+(?:[/?#][^\\\s]*)?$/i;

/** Undefined for what is none. */
export function parseWebUrl(raw: unknown): URL | undefined {
  if (typeof raw !== 'string' || raw.length > LONGEST_URL || !PLAIN_URL.test(raw)) return undefined;
  if (/\p{Cc}/u.test(raw) || !URL.canParse(raw)) return undefined;
  const parsed = new URL(raw);
  const plain = parsed.username === '' && parsed.password === '' && parsed.port !== '0';
  return plain ? parsed : undefined;
}

export const webUrl: Reader<URL, string> = reader(
  'an absolute URL with http or https, without user, password, spaces and backslashes',
  parseWebUrl,
  { schema: { type: 'string', format: 'uri', pattern: '^https?://' }, word: 'url' },
);

/** The same as the text that was given. */
export const webAddress: Reader<string> = reader(
  'an absolute URL with http or https, without user, password, spaces and backslashes',
  (raw) => (parseWebUrl(raw) ? (raw as string) : undefined),
  { schema: { type: 'string', format: 'uri', pattern: '^https?://' }, word: 'url' },
);
