/** What tells whether the schedule files of a directory are still the same ones, without reading them. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { someAtATime } from '../runtime/some-at-a-time.js';
import { listFiles } from './list-files.js';

/** Files looked at together. */
const AT_ONCE = 64;
const NO_DIRECTORY = 'no directory';

/** Names, places on the disk, sizes and times of what the names lead to: another text wherever one of them was written. */
export async function fingerprint(dir: string): Promise<string> {
  const { found, names } = await listFiles(dir);
  if (!found) return NO_DIRECTORY;
  const lines: string[] = [];
  await someAtATime(names.entries(), AT_ONCE, async ([at, name]) => {
    lines[at] = `${name} ${await lookAt(join(dir, name))}`;
  });
  return lines.join('\n');
}

async function lookAt(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(path);
    return [ino, size, mtimeMs, ctimeMs].join(' ');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
