/** A schedule that is renamed in its file again and again, while leaders and workers are killed. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { EXCLUSIVE } from '../support/exclusive-handlers.js';
import type { TestProcess } from '../support/processes.js';
import { onScene } from '../support/scene.js';

const scene = onScene();
const { lines, path, write } = scene;

/** Whatever it is called, its runs must not meet. */
const HANDLERS = EXCLUSIVE.replace('const { id } = ctx.schedule;', "const id = 'one';").replace(
  "appendFileSync('done', id",
  "appendFileSync('done', ctx.task.id",
);

function declare(id: string, formerly: string | undefined, queue: string): void {
  const fields = {
    ...{ handler: 'run', every: '1s', overlap: 'wait', payload: { length: 1_500 }, queue },
    ...{ retry: { maxAttempts: 2, backoff: 'fixed', delay: '100ms' } },
    ...(formerly === undefined ? {} : { formerly }),
  };
  // In one write, so that nobody reads half of it.
  writeFileSync(path('schedules', 'a.json'), JSON.stringify({ version: 1, schedules: { [id]: fields } }));
}

it('one fate for every instant, never two runs at once, and a pause that stays', {
  timeout: 120_000,
}, async () => {
  for (const directory of ['held', 'schedules']) mkdirSync(path(directory));
  write('handlers.mjs', HANDLERS);
  declare('r0', undefined, 'a');
  const worker = (): TestProcess => scene.carillon(['worker', 'handlers.mjs', '--queues', 'a,b']);
  const node = (): TestProcess => scene.carillon(['start', '--port', '0']);
  const workers = [worker(), worker()];
  const nodes = [node(), node()];
  const ids = ['r0', 'r1', 'r2', 'r3', 'r1', 'r0'];
  const isThere = (id: string) => async () =>
    (await scene.client.schedules.list()).items.map((one) => one.id).join() === id;
  await eventually(isThere('r0'), Boolean, { within: 30_000 });
  const created = (await scene.client.schedules.get('r0'))?.createdAt;
  for (const [n, id] of ids.entries()) {
    if (n === 0) continue;
    const before = lines('done').length;
    await eventually(() => lines('done').length > before, Boolean, { within: 30_000 });
    declare(id, ids[n - 1], n % 2 === 0 ? 'a' : 'b');
    if (n % 2 === 1) nodes.shift()?.kill('SIGKILL');
    if (n === 2) workers.shift()?.kill('SIGKILL');
    if (n % 2 === 1) nodes.push(node());
    if (n === 2) workers.push(worker());
    await eventually(isThere(id), Boolean, { within: 30_000 });
  }
  const before = lines('done').length;
  await eventually(() => lines('done').length > before + 1, Boolean, { within: 30_000 });
  await scene.client.schedules.pause('r0', { reason: 'seen' });
  declare('last', 'r0', 'a');
  await eventually(isThere('last'), Boolean, { within: 30_000 });
  const last = await scene.client.schedules.get('last');
  expect(last).toMatchObject({ createdAt: created, state: 'paused', paused: { reason: 'seen' } });

  expect(lines('violations')).toEqual([]);
  // Runs of a dead worker go again; nothing else does, whatever name it had.
  const nominals = [...new Set(lines('done'))].map((id) => id.split('@')[1]);
  expect(new Set(nominals).size).toBe(nominals.length);
  const to = new Date(Date.parse(String(created)) + 10_000);
  const { items } = await scene.client.schedules.occurrences('last', { from: String(created), to });
  expect(items.length).toBeGreaterThan(8);
  const open = items.filter(({ fate }) => !['fired', 'coalesced', 'missed', 'skipped'].includes(fate));
  expect(open).toEqual([]);
  for (const { taskId, nominalAt } of items) {
    if (taskId !== undefined) expect(taskId).toMatch(new RegExp(`^r\\d@${Date.parse(nominalAt)}$`));
  }
});
