/** Reads schedule files in a thread of their own, so that neither their size nor their code holds up the process. */

import { Worker } from 'node:worker_threads';
import { formatDuration } from '../domain/input/durations.js';
import { after } from '../runtime/timers.js';
import type { FileSet } from './file-set.js';
import type { LoadOptions } from './load.js';

interface SentFile {
  path: string;
  text: string;
}

export type ReadingRequest = {
  options: Omit<LoadOptions, 'onModule'>;
} & ({ dir: string; packs?: boolean } | { files: readonly SentFile[] }); // `packs`: whether it is to be proposed or worked with, or only checked.

/** `module`: this one is loaded from now on; null: it has been. */
export type ThreadMessage = { module: string | null } | { set: FileSet } | { fault: string };

/** A module that has not loaded by then waits for something that will not come, ms. */
const MODULE_WITHIN = 10_000;
/** What reading files that somebody sends may take, MiB: many times what the largest request needs. */
const SENT_MEMORY = 1_024;

/** `signal`: gives up, and throws. */
export function readInThread(
  request: ReadingRequest,
  { signal, within = MODULE_WITHIN }: { signal?: AbortSignal; within?: number } = {},
): Promise<FileSet> {
  const url = new URL('./reading-thread.js', import.meta.url);
  const limits = 'files' in request ? { resourceLimits: { maxOldGenerationSizeMb: SENT_MEMORY } } : {};
  const thread = new Worker(url, { workerData: request, stdout: true, ...limits });
  // What a module prints is talk: stdout may be for programs.
  thread.stdout.pipe(process.stderr, { end: false });
  const where = 'dir' in request ? request.dir : 'files';
  let loading: string | null = null;
  let cancel = (): void => {};
  const reading = new Promise<FileSet>((resolve, reject) => {
    const fails = (detail: string): void => resolve(unreadable(loading ?? where, detail));
    signal?.addEventListener('abort', () => reject(new Error('told to stop while reading schedule files')), {
      once: true,
    });
    thread.on('message', (message: ThreadMessage) => {
      if ('module' in message) {
        loading = message.module;
        cancel();
        if (loading === null) return;
        const late = `has not loaded within ${formatDuration(within)}: an await in it waits for something that does not come`;
        cancel = after(within, () => fails(late));
      } else if ('set' in message) resolve(message.set);
      else fails(`cannot be read: ${message.fault}`);
    });
    thread.on('error', (error) => fails(`cannot be loaded: ${error.message}`));
    thread.on('exit', (code) => fails(`ends the process on load, with code ${code}`));
  });
  return reading.finally(async () => {
    cancel();
    await thread.terminate();
  });
}

function unreadable(place: string, detail: string): FileSet {
  const problems = [{ pointer: `${place}:1:1`, detail }];
  const nothing = { warnings: [], schedules: 0, packed: null, elsewhere: 0, modules: [], builtIn: [] };
  return { found: true, problems, ...nothing };
}
