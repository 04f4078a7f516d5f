/** examples/shop as its README runs it: its own tests, and its processes, in a copy with the package installed. */

import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { eventually } from '../support/eventually.js';
import { onScene } from '../support/scene.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHOP = join(ROOT, 'examples/shop');
const { scripts } = JSON.parse(readFileSync(join(SHOP, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

const on = onScene();
beforeEach(() => {
  cpSync(SHOP, on.path(), { recursive: true });
  mkdirSync(on.path('node_modules/.bin'), { recursive: true });
  symlinkSync(ROOT, on.path('node_modules/carillon'));
  symlinkSync(join(ROOT, 'node_modules/jiti'), on.path('node_modules/jiti'));
});

/** A script of its package.json with `carillon` and `jiti` as installed. */
function script(name: string, env: Record<string, string> = {}, more: string[] = []) {
  const [program = '', ...words] = (scripts[name] ?? '').split(' ');
  const all = [...words, ...more];
  if (program === 'carillon') return on.carillon(all, env);
  const set = Object.entries({ ...on.env, ...env }).map(([key, value]) => `${key}=${value}`);
  const jiti = on.path('node_modules/jiti/lib/jiti-cli.mjs');
  return on.start('/usr/bin/env', [...set, process.execPath, jiti, ...all]);
}

it('passes its own tests', async () => {
  const tests = script('test', { REDIS_URL: on.redis.url });
  expect((await tests.ended).code, tests.output).toBe(0);
  expect(tests.output).toMatch(/pass 6\b/);
});

it('its files are valid, each handler is there, and the limits of its queues are in force', async () => {
  const checked = await on.run([
    'schedules',
    'validate',
    'schedules',
    '--handlers',
    'src/handlers.ts',
    '--strict',
  ]);
  expect(checked.code, checked.stdout + checked.stderr).toBe(0);
  const node = script('node', {}, ['--port', '0']);
  await node.line(/the schedule files are in force/);
  expect(await on.client.queues.get('payments')).toMatchObject({ queue: 'payments' });
  const { items } = await on.client.schedules.list();
  expect(items.map(({ id }) => id).sort()).toEqual(['daily-report', 'monday-mail', 'sweep-orders']);
});

it('sells something, through web, node and worker', async () => {
  script('node', {}, ['--port', '0']);
  const worker = script('worker');
  const web = script('web', { PORT: '0' });
  const [, shop = ''] = await web.line(/open at (\S+)$/);
  const body = '{"email":"ada@example.org","cents":1999,"card":"good"}';
  const placed = await fetch(shop, { method: 'POST', body });
  expect(placed.status).toBe(202);
  const { id } = (await placed.json()) as { id: string };
  await worker.line(new RegExp(`mail to ada@example.org: Order ${id}`));
  const state = async () => ((await (await fetch(`${shop}/${id}`)).json()) as { state: string }).state;
  await eventually(state, (now) => now === 'shipped');
  expect((await worker.stop()).code).toBe(0);
  expect((await web.stop()).code).toBe(0);
});

it('its containers run the same commands', () => {
  const { services } = parse(readFileSync(join(SHOP, 'compose.yaml'), 'utf8'), { merge: true }) as {
    services: Record<string, { command: string[] }>;
  };
  const commands = Object.fromEntries(
    Object.entries(services).map(([name, { command }]) => [name, command.join(' ')]),
  );
  expect(commands).toMatchObject({
    node: scripts['node'],
    worker: scripts['worker'],
    web: scripts['web'],
  });
});
