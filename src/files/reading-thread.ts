/** The thread that reads schedule files: whatever they are, and whatever a module among them does, ends with it. */

import { parentPort, workerData } from 'node:worker_threads';
import { packFiles, readFileSet } from './file-set.js';
import type { ReadingRequest, ThreadMessage } from './read-in-thread.js';

const request = workerData as ReadingRequest;
const tell = (message: ThreadMessage): void => parentPort?.postMessage(message);
const options = { ...request.options, onModule: (file: string | null) => tell({ module: file }) };

async function read(): Promise<void> {
  try {
    const set =
      'dir' in request ? readFileSet(request.dir, options, request.packs) : packFiles(request.files, options);
    tell({ set: await set });
  } catch (error) {
    tell({ fault: error instanceof Error ? error.message : String(error) });
  }
}

await read();
