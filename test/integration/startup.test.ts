/** What a command loads before it does anything: counted from V8's own list, because times depend on the machine. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Processes } from '../support/processes.js';

const processes = new Processes();
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'carillon-startup-'));
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(directory, { recursive: true, force: true });
});

/** Files of ours that were loaded, and the packages. */
async function loads(...args: string[]): Promise<{ ours: string[]; packages: string[] }> {
  const list = join(directory, 'loaded');
  await processes.run(args, { cwd: directory, env: { NODE_V8_COVERAGE: list } });
  const urls = readdirSync(list).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(list, name), 'utf8')) as { result: { url: string }[] };
    return result.map(({ url }) => url);
  });
  const packages = urls.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  const ours = urls.flatMap((url) => /\/dist\/(.*)$/.exec(url)?.[1] ?? []);
  return { ours, packages: [...new Set(packages)].sort() };
}

describe('loaded', () => {
  it('for --version: next to nothing', async () => {
    const { ours, packages } = await loads('--version');
    expect(ours).toContain('cli/main.js');
    expect(ours.length).toBeLessThanOrEqual(3);
    expect(packages).toEqual([]);
  });

  it('for a command that asks the API: its own command, no store, no scheduler', async () => {
    const { ours, packages } = await loads('tasks', 'show', 'q1-x', '--url', 'http://127.0.0.1:9');
    expect(ours).toContain('cli/commands/tasks.js');
    expect(ours.filter((path) => !/^(cli|domain\/input|domain\/task|runtime)\//.test(path))).toEqual([]);
    expect(ours.length).toBeLessThanOrEqual(49);
    expect(packages).toEqual(['commander']);
  });

  it('for the help: no command', async () => {
    const { ours, packages } = await loads('--help');
    expect(ours.filter((path) => path.startsWith('cli/commands/'))).toEqual([]);
    expect(packages).toEqual(['commander']);
  });

  it('for a worker with plain handlers: no web framework, no parser, no transpiler', async () => {
    writeFileSync(
      join(directory, 'handlers.mjs'),
      'export default { one: async () => process.exit(3) }; process.exit(3);',
    );
    const { packages } = await loads('worker', 'handlers.mjs');
    expect(packages).toEqual(expect.arrayContaining(['commander', 'ioredis', 'pino']));
    const ours = ['fastify', 'yaml', 'jiti', 'luxon', 'cron-parser', 'chokidar', 'redlock'];
    for (const heavy of [...ours, 'prom-client', '@opentelemetry/api']) expect(packages).not.toContain(heavy);
  });
});
