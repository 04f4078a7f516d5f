/** Temporary folders that are gone when this process ends, by whatever road it can notice. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set();

process.on('exit', () => {
  for (const folder of folders) removeFolder(folder);
});

export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder) {
  folders.delete(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
