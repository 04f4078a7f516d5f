/** Files that somebody sends are checked, packed and proposed by the node that was asked. */

import type { ProposeFiles } from '../api/context.js';
import { CarillonError } from '../domain/input/errors.js';
import { readInThread } from '../files/read-in-thread.js';
import { randomText } from '../runtime/random.js';
import { propose } from '../sets/propose.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store } from '../store/contract/index.js';

/** Variables are those of the sender alone: nothing of this process's environment is told. */
export function proposeFilesOf(store: Store): ProposeFiles {
  return async (set, files, { variables = {}, environment, release, by = 'api', force = false }) => {
    const { packed, problems, warnings, source } = await readInThread({
      files,
      options: { env: variables, environment },
    });
    if (source !== undefined && source !== set) {
      const detail = `the files name the source ${source}: propose them to that set`;
      throw new CarillonError('invalid_input', 'The files belong to another set.', [
        { pointer: '/files', detail },
      ]);
    }
    if (!packed) {
      throw new CarillonError('invalid_schedule_file', 'The schedule files are not valid.', problems);
    }
    const nonce = randomText(20);
    const proposing = {
      ...{ set, packed, nonce, node: by, process: `${by}~${nonce.slice(0, 8)}`, force },
      ...(release === undefined ? {} : { release }),
      ...(environment === undefined ? {} : { environment }),
    };
    const now = await timeOf(store);
    return { proposed: await propose(store, proposing, now), warnings };
  };
}
