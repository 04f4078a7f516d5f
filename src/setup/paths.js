/** Where things are, seen from the set-up, and how new they are. */

import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export function inRoot(...parts) {
  return join(ROOT, ...parts);
}

/** ms of its last change; 0 when it does not exist. */
export function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The latest change in a directory, the directories themselves included: that is where a removal shows. */
export function lastChangeIn(dir) {
  let latest = changedAt(dir);
  if (latest === 0) return 0;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? lastChangeIn(path) : changedAt(path));
  }
  return latest;
}

/** Every file below a directory. */
export function filesIn(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}
