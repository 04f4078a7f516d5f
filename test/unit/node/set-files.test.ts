/** Files that somebody sends take no more of a node than a few threads, for a while. */

import { expect, test } from 'vitest';
import { packFiles } from '../../../src/files/file-set.js';
import type { readInThread } from '../../../src/files/read-in-thread.js';
import { setFilesOf } from '../../../src/node/set-files.js';
import { ModelStore } from '../../../src/testing/model-store.js';

const files = [{ path: 'a.yaml', text: 'version: 1\nschedules: { a: { handler: x, every: 1h } }' }];

test('what takes too long is given up, its thread with it', async () => {
  let gaveUp = 0;
  const endless: typeof readInThread = (_request, { signal } = {}) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        gaveUp += 1;
        reject(new Error('told to stop'));
      });
    });
  const sets = setFilesOf(new ModelStore(), { readFiles: endless, within: 1 });
  await expect(sets.plan('web', { files })).rejects.toMatchObject({
    code: 'invalid_schedule_file',
    errors: [{ pointer: '/files', detail: expect.stringMatching(/could not be read within/) }],
  });
  expect(gaveUp).toBe(1);
});

test('a node that ends gives up what is being read, and what waits for its turn', async () => {
  const stopping = new AbortController();
  let begun = (): void => {};
  const reading = new Promise<void>((done) => {
    begun = done;
  });
  const endless: typeof readInThread = (_request, { signal } = {}) =>
    new Promise((_, reject) => {
      begun();
      signal?.addEventListener('abort', () => reject(new Error('told to stop')));
    });
  const sets = setFilesOf(new ModelStore(), { readFiles: endless, stopping: stopping.signal });
  const asked = Promise.allSettled(Array.from({ length: 3 }, () => sets.plan('web', { files })));
  await reading;
  stopping.abort();
  const codes = (await asked).map(
    (one) => one.status === 'rejected' && (one.reason as { code: string }).code,
  );
  expect(codes).toEqual(['unavailable', 'unavailable', 'unavailable']);
});

test('two are read at a time, and a fault lets the next one in', async () => {
  let reading = 0;
  let most = 0;
  let calls = 0;
  const watched: typeof readInThread = async (request) => {
    reading += 1;
    most = Math.max(most, reading);
    calls += 1;
    await new Promise(setImmediate);
    reading -= 1;
    if (calls === 1 || 'dir' in request) throw new Error('a fault');
    return packFiles(request.files, request.options);
  };
  const sets = setFilesOf(new ModelStore(), { readFiles: watched });
  const answers = await Promise.allSettled(Array.from({ length: 8 }, () => sets.plan('web', { files })));
  expect(most).toBe(2);
  expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(6);
  expect(calls).toBe(8);
});
