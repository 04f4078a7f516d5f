/** Watches the schedule directory and says when its schedule files have changed and come to rest; it need not exist yet. */

import { dirname, resolve } from 'node:path';
import { watch } from 'chokidar';
import { mono } from '../runtime/clock.js';
import { sleep } from '../runtime/timers.js';
import { fingerprint } from './fingerprint.js';

export interface ScheduleWatch {
  /** Resolves when changes from now on are seen. */
  ready: Promise<void>;
  close(): Promise<void>;
}

/** All files count as written when none of them has changed for this long, ms. */
const AT_REST = 150;
/** Where nothing tells of changes (a network drive, a link far up in the path), they are looked at this often, ms. */
const LOOK_EVERY = 2_000;
/** Looking takes at most this share of the time. */
const SHARE = 100;

/**
 * Calls `onChange` after changes, one call at a time. However files are written (in place, by renaming, by swapping a link
 * as Kubernetes does, many of them by a checkout), it is called when they are all there and differ from what they were.
 * Watching is a convenience: what goes wrong with it is told to `onError` and ends nothing.
 */
export function watchSchedules(
  dir: string,
  onChange: () => Promise<void>,
  onError: (error: unknown) => void,
): ScheduleWatch {
  const root = resolve(dir);
  const parent = dirname(root);
  const closing = new AbortController();
  const { signal } = closing;
  let wake = (): void => {};
  let told = false;
  let seen: string;

  /** Looks until they have stood still between two looks, and calls where they are not what they were. */
  const look = async (): Promise<void> => {
    let before = await fingerprint(root);
    while (before !== seen && !signal.aborted) {
      await sleep(AT_REST, signal);
      const now = await fingerprint(root);
      if (now === before && !signal.aborted) {
        seen = now;
        await onChange();
      }
      before = now === before ? await fingerprint(root) : now;
    }
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const begun = mono();
      told = false;
      await look().catch(onError);
      const pause = new AbortController();
      wake = () => pause.abort();
      if (told || signal.aborted) continue;
      await sleep(Math.max(LOOK_EVERY, SHARE * (mono() - begun)), pause.signal);
    }
  };

  // From the parent, so that a directory made later, or made anew, is seen: it and the files in it, nothing else.
  const watcher = watch(parent, {
    ignoreInitial: true,
    depth: 1,
    ignored: (path) => path !== parent && path !== root && dirname(path) !== root,
  });
  const notice = (): void => {
    told = true;
    wake();
  };
  watcher.on('all', notice);
  watcher.on('error', onError);
  const watching = new Promise<void>((done) => {
    watcher.once('ready', () => done());
  });
  const ready = fingerprint(root).then((first) => {
    seen = first;
    return watching;
  });
  const running = ready.then(run).catch(onError);
  return {
    ready,
    async close() {
      closing.abort();
      wake();
      await watcher.close();
      await running;
    },
  };
}
