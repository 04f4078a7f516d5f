/** Watches the schedule directory and says when it has changed and come to rest. */

import { watch } from 'chokidar';

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
  const watcher = watch(dir, {
    ignoreInitial: true,
    depth: 0,
    awaitWriteFinish: { stabilityThreshold: AT_REST, pollInterval: AT_REST / 2 },
  });
  watcher.on('all', () => void changed());
  watcher.on('error', onError);
  return {
    ready: new Promise((resolve) => {
      watcher.once('ready', () => resolve());
    }),
    async close() {
      closed = true;
      await watcher.close();
    },
  };
}
