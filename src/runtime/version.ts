/** This release's version, read from the package itself, and that of the time zone data it runs with. */

import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');

export const VERSION: string = (JSON.parse(text) as { version: string }).version;

/** `2025b`; two processes of one cluster may have different ones. */
export function timezoneData(): string {
  return process.versions['tz'] ?? '';
}
