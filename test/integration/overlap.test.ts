/** Overlap while workers and nodes are killed at random: never two runs at once, never stuck; and cancel over HTTP. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Task } from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { EXCLUSIVE } from '../support/exclusive-handlers.js';
import type { TestProcess } from '../support/processes.js';
import { onScene } from '../support/scene.js';

const scene = onScene();
const { lines, path, write } = scene;

const POLICIES = ['skip', 'wait', 'replace'] as const;

it('never two at once and never stuck, while workers and nodes are killed', async () => {
  mkdirSync(path('held'));
  mkdirSync(path('schedules'));
  write('handlers.mjs', EXCLUSIVE);
  const of = (overlap: string) =>
    `  ${overlap}: { handler: run, every: 1s, overlap: ${overlap}, payload: { length: 2500 },\n` +
    '    retry: { maxAttempts: 2, backoff: fixed, delay: 100ms } }\n';
  write('schedules/all.yaml', `version: 1\nschedules:\n${POLICIES.map(of).join('')}`);
  const worker = (): TestProcess => scene.carillon(['worker', 'handlers.mjs']);
  const node = (): TestProcess => scene.carillon(['start', '--port', '0']);
  const workers = [worker(), worker()];
  const nodes = [node(), node()];
  await eventually(() => POLICIES.every((one) => lines('done').includes(one)), Boolean, { within: 30_000 });
  for (let n = 0; n < 5; n += 1) {
    await sleep(400 + Math.random() * 1_200);
    const [killed] = workers.splice(0, 1);
    killed?.kill('SIGKILL');
    if (n === 2) nodes.splice(0, 1)[0]?.kill('SIGKILL');
    workers.push(worker());
  }
  const before = lines('done').length;
  const since = (one: string) =>
    lines('done')
      .slice(before)
      .filter((id) => id === one).length;
  await eventually(() => POLICIES.every((one) => since(one) >= 2), Boolean, { within: 30_000 });
  expect(lines('violations')).toEqual([]);
  const ended = await scene.client.list({ state: ['cancelled', 'completed'], limit: 1_000 });
  expect(ended.items.filter(({ reason }) => reason === 'replaced').map(({ state }) => state)).toContain(
    'cancelled',
  );
});

it('a running task is cancelled from anywhere: its handler is told within a second, and it runs no more', async () => {
  writeFileSync(
    path('handlers.mjs'),
    `export default { wait: (_, { signal }) => new Promise((_, reject) => {
       signal.addEventListener('abort', () => { console.log('told ' + signal.reason.message); reject(signal.reason); });
     }) };`,
  );
  const worker = scene.carillon(['worker', 'handlers.mjs'], { CARILLON_LEASE: '30s' });
  const { id } = await scene.client.enqueue('wait');
  await eventually(async () => (await scene.client.get(id))?.state === 'running');
  await sleep(500);
  const asked = (await scene.client.cancel(id, { reason: 'not needed' })) as Task;
  expect(asked).toMatchObject({ state: 'running', cancelRequested: true });
  const at = performance.now();
  await worker.line(/told the task was cancelled: not needed/);
  // A beat would come after ten seconds.
  expect(performance.now() - at).toBeLessThan(5_000);
  const over = await eventually(
    async () => (await scene.client.get(id)) as Task,
    ({ state }) => state !== 'running',
  );
  expect(over).toMatchObject({ state: 'cancelled', reason: 'not needed', attempt: 1 });
});
