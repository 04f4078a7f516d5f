/** The names of the handlers in a module, which is loaded in a thread: whatever it does on load ends with that. */

import { Worker } from 'node:worker_threads';
import { CarillonError } from '../domain/input/errors.js';
import { after } from '../runtime/timers.js';

export interface NamesRequest {
  directory: string;
  module: string;
  /** ms */
  within: number;
}

export type NamesMessage = { names: string[] } | { message: string };

/** A module that waits for something that does not come is given up by then, ms. */
const LOAD_WITHIN = 30_000;
/** One that never lets go of its thread is ended by force so much later, ms. */
const FORCED_AFTER = 2_000;

/** Throws `handler_module` as `carillon worker` does. What the module prints is dropped. */
export async function handlerNames(
  directory: string,
  module: string,
  within = LOAD_WITHIN,
): Promise<string[]> {
  const request: NamesRequest = { directory, module, within };
  const thread = new Worker(new URL('./handler-names-thread.js', import.meta.url), {
    workerData: request,
    stdout: true,
    stderr: true,
  });
  thread.stdout.resume();
  thread.stderr.resume();
  const refused = (message: string): CarillonError => new CarillonError('handler_module', message);
  const about = `The handler module ${module} cannot be used`;
  let cancel = (): void => {};
  try {
    return await new Promise<string[]>((resolve, reject) => {
      cancel = after(within + FORCED_AFTER, () => reject(refused(`${about}: it never stops loading.`)));
      thread.on('message', (told: NamesMessage) => {
        if ('names' in told) resolve(told.names);
        else reject(refused(told.message));
      });
      thread.on('error', (error) => reject(refused(`${about}: ${error.message}.`)));
      thread.on('exit', (code) =>
        reject(refused(`${about}: it ends the process on load, with code ${code}.`)),
      );
    });
  } finally {
    cancel();
    await thread.terminate();
  }
}
