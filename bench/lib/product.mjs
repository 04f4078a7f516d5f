/** Whose built files a side runs: this checkout's, or for `before` those of the one that --before names. */

import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The URL of a file of the side's checkout. */
export function productFile(side, path) {
  return pathToFileURL(join(side === 'before' ? process.env.BENCH_BEFORE : ROOT, path)).href;
}
