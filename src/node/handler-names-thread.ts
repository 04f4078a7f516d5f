/** The thread in which a module of handlers is loaded only for their names. */

import { parentPort, workerData } from 'node:worker_threads';
import type { NamesMessage, NamesRequest } from './handler-names.js';
import { loadHandlers } from './load-module.js';

const { directory, module, within } = workerData as NamesRequest;
const tell = (message: NamesMessage): void => parentPort?.postMessage(message);

async function read(): Promise<void> {
  try {
    tell({ names: Object.keys(await loadHandlers(directory, module, { within })) });
  } catch (error) {
    tell({ message: error instanceof Error ? error.message : String(error) });
  }
}

await read();
