/** Who gives a command, as revisions and operations tell. */

import { userInfo } from 'node:os';
import type { Surroundings } from './surroundings.js';

export function author(env: Surroundings['env']): string {
  const name = env['USER'] || userInfo().username || 'cli';
  return /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(name) ? name : 'cli';
}
