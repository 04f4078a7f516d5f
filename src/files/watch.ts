/** Watches the schedule directory and says when it has changed and come to rest; it need not exist yet. */

import { dirname, resolve } from 'node:path';
import { watch } from 'chokidar';
import { after } from '../runtime/timers.js';

export interface ScheduleWatch {
  /** Resolves when changes from now on are seen. */
  ready: Promise<void>;
  close(): Promise<void>;
}

/** A file counts as written when its size has stood still for this long, ms. */
const AT_REST = 100;

/**
 * Calls `onChange` after changes, one call at a time; what changes during a call is answered by one more.
 * Watching is a convenience: what goes wrong with it is told to `onError` and ends nothing.
 */
export function watchSchedules(
  dir: string,
  onChange: () => Promise<void>,
  onError: (error: unknown) => void,
): ScheduleWatch {
  let calling = false;
  let again = false;
  let closed = false;
  const changed = async (): Promise<void> => {
    again = true;
    if (calling) return;
    calling = true;
    while (again && !closed) {
      again = false;
      try {
        await onChange();
      } catch (error) {
        onError(error);
      }
    }
    calling = false;
  };
  const root = resolve(dir);
  const parent = dirname(root);
  // From the parent, so that a directory made later, or made anew, is seen: it and the files in it, nothing else.
  const watcher = watch(parent, {
    ignoreInitial: true,
    depth: 1,
    ignored: (path) => path !== parent && path !== root && dirname(path) !== root,
    awaitWriteFinish: { stabilityThreshold: AT_REST, pollInterval: AT_REST / 2 },
  });
  let cancel = (): void => {};
  watcher.on('all', (event, path) => {
    changed().catch(onError);
    if (event !== 'addDir' || path !== root) return;
    // What is written while its own watch begins would be missed: look once more.
    cancel();
    cancel = after(AT_REST, () => {
      changed().catch(onError);
    });
  });
  watcher.on('error', onError);
  return {
    ready: new Promise((resolve) => {
      watcher.once('ready', () => resolve());
    }),
    async close() {
      closed = true;
      cancel();
      await watcher.close();
    },
  };
}
