/** Starting on a Redis that may go away in the midst of it. */

import { expect, test } from 'vitest';
import { CarillonError } from '../../../src/domain/input/errors.js';
import { startOnStore } from '../../../src/node/await-store.js';
import { silentLog } from '../../../src/runtime/silent-log.js';

const { signal } = new AbortController();
const fit = { check: async () => undefined as never };

/** A start that fails with each of `faults`, then succeeds; answers how often it began. */
async function begun(...faults: Error[]): Promise<number> {
  let count = 0;
  await startOnStore(fit, silentLog, signal, async () => {
    const fault = faults[count];
    count += 1;
    if (fault) throw fault;
  });
  return count;
}

const gone = new CarillonError('unavailable', 'Redis did not answer');

test('begins again as often as Redis goes away', async () => {
  expect(await begun()).toBe(1);
  expect(await begun(gone, gone)).toBe(3);
});

test('what waiting does not cure ends it', async () => {
  await expect(begun(new CarillonError('redis_unsuitable', 'it evicts'))).rejects.toThrow('it evicts');
});
