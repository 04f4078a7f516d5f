/** Settings of queues by configuration file: read with places, put into force, and changed by nobody else. */

import { expect, test } from 'vitest';
import { configureQueues } from '../../../src/tasks/configure-queues.js';
import { findQueue, setQueue } from '../../../src/tasks/queues.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { configured } from '../../support/config-file.js';

async function configure(store: ModelStore, text: string): Promise<void> {
  const reading = await configured(text);
  if (!reading.ok || !reading.settings.queueSettings) throw new Error(JSON.stringify(reading));
  const { path, queues, placeOf } = reading.settings.queueSettings;
  await configureQueues(store, path, queues, placeOf);
}

test('a file owns what it names: others are refused with its place, and what it names no longer is given back', async () => {
  const store = new ModelStore();
  await setQueue(store, 'mail', { concurrency: 9, maxDepth: 9 }, false);
  await configure(
    store,
    'queues:\n  mail:\n    concurrency: 3\n    retention: { dead: { age: 90d } }\n  bulk: { maxDepth: 5 }\n',
  );
  expect(await findQueue(store, 'mail')).toMatchObject({
    settings: { concurrency: 3, maxDepth: 9, retention: { dead: { age: '90d' } } },
    setByFile: { concurrency: 'carillon.config.yaml:3:5', retention: 'carillon.config.yaml:4:5' },
  });
  const refused = setQueue(store, 'mail', { maxDepth: 1, concurrency: 4 }, false);
  await expect(refused).rejects.toMatchObject({
    ...{ code: 'conflict', message: expect.stringContaining('carillon.config.yaml:3:5') },
    errors: [{ pointer: '/concurrency' }],
  });
  await expect(setQueue(store, 'mail', {}, true)).rejects.toMatchObject({ code: 'conflict' });
  await expect(setQueue(store, 'mail', { concurrency: null }, false)).rejects.toMatchObject({
    code: 'conflict',
  });
  expect((await findQueue(store, 'mail')).settings).toMatchObject({ concurrency: 3, maxDepth: 9 });
  // The same value changes nothing, and what it does not name is anybody's.
  expect((await setQueue(store, 'mail', { concurrency: 3, maxDepth: 2 }, false)).settings.maxDepth).toBe(2);
  await configure(store, 'queues: { mail: { concurrency: 4 } }');
  const { settings, setByFile } = await findQueue(store, 'mail');
  expect([settings, setByFile]).toEqual([
    { concurrency: 4, maxDepth: 2 },
    { concurrency: 'carillon.config.yaml:1:19' },
  ]);
  expect((await findQueue(store, 'bulk')).settings).toEqual({});
  await configure(store, '{}');
  expect((await setQueue(store, 'mail', { concurrency: 8 }, false)).setByFile).toBeUndefined();
  expect(await store.configured('carillon.config.yaml')).toEqual([]);
});

test('what is wrong is told with its place, by nodes and workers alike', async () => {
  const text = 'queues:\n  mail:\n    concurency: 3\n    maxDepth: 0\n  Bad Name: {}\n';
  for (const runner of ['start', 'worker'] as const) {
    const reading = await configured(text, runner);
    if (reading.ok) throw new Error('taken');
    expect(reading.problems.map(({ pointer }) => pointer)).toEqual(
      [3, 4, 5].map((line, i) => `carillon.config.yaml:${line}:${i < 2 ? 5 : 3}`),
    );
  }
});

test('a worker reads them and serves the queues that it was told to', async () => {
  const other = await configured('queues: { mail: { concurrency: 3 } }\n', 'worker');
  expect(other.ok && other.settings.queues).toEqual(['default']);
  expect((await configured('queues: [mail]\n', 'worker')).ok).toBe(false);
});
