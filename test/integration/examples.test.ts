/** Each example runs against a real Redis and prints what its README says. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLES = join(ROOT, 'examples');
const JITI = join(ROOT, 'node_modules/jiti/lib/jiti-cli.mjs');

const names = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  // What has no script of its own is a whole application, and has a test of its own.
  .filter((name) => existsSync(join(EXAMPLES, name, 'main.ts')));

const processes = new Processes();
let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
afterEach(() => processes.stopAll());

const readme = (name: string): string => readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8');

it('are listed, each with its idea', () => {
  const list = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
  expect([...list.matchAll(/^\| \[([a-z-]+)\]\(\1\/\) \| \S/gm)].map((match) => match[1])).toEqual(names);
});

it.each(names)('%s', async (name) => {
  const text = readme(name);
  expect(text).toContain(`npx jiti examples/${name}/main.ts`);
  const [, prints = ''] = /It prints:\n\n```text\n(.*?)```/s.exec(text) ?? [];
  const env = { REDIS_URL: redis.url, CARILLON_NAMESPACE: uniqueNamespace() };
  const script = processes.start(process.execPath, [JITI, `examples/${name}/main.ts`], { cwd: ROOT, env });
  const { code } = await script.ended;
  // What fails on purpose is in the log, which is on stderr.
  expect({ said: script.stdout, code }, script.stderr).toEqual({ said: prints, code: 0 });
});
