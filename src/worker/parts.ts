/** What a worker is made of beside its options, and what it goes by. */

import type { Log } from '../runtime/log.js';
import { randomText } from '../runtime/random.js';
import type { Store } from '../store/contract/index.js';
import type { ProcessFigures } from '../telemetry/process-figures.js';
import type { Attempt, Ending } from './attempt.js';

/** What a process that is connected already hands over, and what it wants to know of the worker. */
export interface WorkerParts {
  /** The worker's to use and not to close. */
  store: Store;
  log: Log;
  /** Runs an attempt; for whoever must know later what ran in it. */
  within?: (attempt: Attempt, run: () => void) => void;
  /** Told of every ending, for people and tests; otherwise the log tells failures. */
  onAttempt?: (ending: Ending) => void;
  /** Where it is counted what this process does. */
  figures?: ProcessFigures;
}

/** `<name>~<random>`: the name is only a label. */
export function newId(name: string): string {
  return `${name}~${randomText(8)}`;
}
