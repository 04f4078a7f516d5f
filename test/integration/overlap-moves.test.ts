/** A schedule that moves from queue to queue under load, while workers and leaders are killed: never two runs at once. */

import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { EXCLUSIVE } from '../support/exclusive-handlers.js';
import type { TestProcess } from '../support/processes.js';
import { onScene } from '../support/scene.js';

const scene = onScene();
const { lines, path, write } = scene;

const POLICIES = ['skip', 'wait'] as const;

it('never two at once and never stuck, from queue to queue', async () => {
  mkdirSync(path('held'));
  write('handlers.mjs', EXCLUSIVE);
  const worker = (): TestProcess => scene.carillon(['worker', 'handlers.mjs', '--queues', 'a,b']);
  const node = (): TestProcess => scene.carillon(['start', '--port', '0']);
  const retry = { maxAttempts: 2, backoff: 'fixed', delay: '100ms' } as const;
  const moveTo = (queue: string) =>
    Promise.all(
      POLICIES.map((overlap) =>
        scene.client.schedules.put(overlap, {
          ...{ handler: 'run', every: '1s', overlap, queue, retry },
          payload: { length: 2_500 },
        }),
      ),
    );
  const workers = [worker(), worker()];
  const nodes = [node(), node()];
  const since = (one: string, before: number) => lines('done').slice(before).includes(one);
  await moveTo('a');
  await eventually(() => POLICIES.every((one) => since(one, 0)), Boolean, { within: 30_000 });
  for (let n = 0; n < 8; n += 1) {
    await moveTo(n % 2 === 0 ? 'b' : 'a');
    await sleep(300 + Math.random() * 1_500);
    if (n % 3 === 1) {
      workers.splice(0, 1)[0]?.kill('SIGKILL');
      workers.push(worker());
    }
    if (n === 4) nodes.splice(0, 1)[0]?.kill('SIGKILL');
  }
  const before = lines('done').length;
  await eventually(() => POLICIES.every((one) => since(one, before)), Boolean, { within: 30_000 });
  expect(lines('violations')).toEqual([]);
});
