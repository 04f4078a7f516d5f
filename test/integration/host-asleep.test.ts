/** A whole host that sleeps, Redis included, and wakes up: each instant has one fate, by its policy, and work goes on. */

import { setTimeout as passed } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { Fate } from '../../src/schedules/occurrence-view.js';
import { eventually } from '../support/eventually.js';
import { onScene } from '../support/scene.js';

const scene = onScene();
/** Longer than the shortest grace, than leases and than terms: nothing that was held is held any more, ms. */
const ASLEEP = 16_000;
const HANDLERS = `import { appendFileSync } from 'node:fs';
export default { note: (_, { task }) => appendFileSync(process.env.NOTES, task.id + '\\n') };
`;

const file = (policies: readonly string[]): string =>
  JSON.stringify({
    version: 1,
    schedules: Object.fromEntries(
      policies.map((policy) => [
        policy,
        { handler: 'note', every: '1s', overlap: 'allow', catchUp: { policy, window: '1h', grace: '10s' } },
      ]),
    ),
  });

afterEach(() => scene.redis.kill('SIGCONT'));

it('what passed meanwhile is caught up or missed, once each', { timeout: 120_000 }, async () => {
  const { client } = scene;
  scene.write('handlers.mjs', HANDLERS);
  scene.write('schedules.json', file(['all', 'latest', 'none']));
  const env = { CARILLON_LEADER_TTL: '1s', NOTES: scene.path('notes') };
  const running = [
    ...['a', 'b'].map((name) => ['start', '--port', '0', '--name', name, '--schedules', scene.path()]),
    ['worker', scene.path('handlers.mjs'), '--name', 'w'],
  ].map((words) => scene.carillon(words, env));
  const fired = async (id: string) => (await client.schedules.get(id, { runs: 5 }))?.runs?.length ?? 0;
  await eventually(
    () => fired('all'),
    (runs) => runs > 2,
    { within: 30_000 },
  );

  const asleepFrom = Date.now();
  for (const one of running) one.kill('SIGSTOP');
  scene.redis.kill('SIGSTOP');
  await passed(ASLEEP);
  scene.redis.kill('SIGCONT');
  for (const one of running) one.kill('SIGCONT');
  const awakeFrom = Date.now();

  const from = new Date(asleepFrom + 1_000);
  const to = new Date(awakeFrom + 3_000);
  const fates = async (id: string) => {
    const { items } = await client.schedules.occurrences(id, { from, to, limit: 1_000 });
    return items.map(({ nominalAt, fate, state }) => ({ at: Date.parse(nominalAt), fate, state }));
  };
  const open: (Fate | undefined)[] = ['preview', 'planned', 'unknown'];
  const told = new Map<string, Awaited<ReturnType<typeof fates>>>();
  for (const id of ['all', 'latest', 'none']) {
    const settled = await eventually(
      () => fates(id),
      (items) =>
        items.length > 0 &&
        items.every(({ fate, state }) => !open.includes(fate) && (fate !== 'fired' || state === 'completed')),
      { within: 60_000, what: `the fates of ${id}` },
    );
    told.set(id, settled);
  }

  for (const [id, items] of told) {
    // Every second, none twice.
    const seconds = items.map(({ at }) => Math.floor(at / 1_000));
    expect(seconds).toEqual(seconds.map((_, i) => (seconds[0] ?? 0) + i));
    const runs = scene.lines('notes').filter((line) => line.startsWith(`${id}@`));
    for (const { at, fate } of items) {
      expect([id, at, runs.filter((line) => line === `${id}@${at}`).length]).toEqual([
        id,
        at,
        fate === 'fired' ? 1 : 0,
      ]);
    }
  }
  const count = (id: string, fate: Fate) => (told.get(id) ?? []).filter((one) => one.fate === fate).length;
  expect(count('all', 'fired')).toBe(told.get('all')?.length);
  // Those that are no more than ten seconds late just run.
  expect(count('none', 'missed')).toBeGreaterThan(0);
  expect(count('none', 'missed')).toBeLessThan(ASLEEP / 1_000);
  expect(count('latest', 'fired')).toBe(count('none', 'fired') + 1);
  expect(count('latest', 'coalesced') + count('latest', 'missed')).toBe(count('none', 'missed') - 1);
});
