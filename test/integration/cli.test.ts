/** The command line as people meet it: real processes, real Redis, exit codes, and what is said when it goes wrong. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const processes = new Processes();
let cwd: string;
let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-cli-'));
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(cwd, { recursive: true, force: true });
});

const run = (args: string[], env: Record<string, string> = {}, input?: string) =>
  processes.run(args, { cwd, env, ...(input === undefined ? {} : { input }) });

const write = (name: string, text: string): string => {
  const path = join(cwd, name);
  writeFileSync(path, text);
  return path;
};

const urlOf = async (started: TestProcess): Promise<string> => {
  const [, url] = await started.line(/(http:\/\/127\.0\.0\.1:\d+)/);
  return url ?? '';
};

const HANDLERS = `export default {
  'add': async ({ a, b }) => a + b,
  'odd': async (_, ctx) => { if (ctx.attempt === 1) throw new Error('not yet'); return 'now'; },
};`;

describe('carillon next', () => {
  it('prints instants, as text and as JSON', async () => {
    const args = [
      'next',
      '30 2 * * *',
      '--tz',
      'Europe/Berlin',
      '--from',
      '2026-01-01T00:00:00Z',
      '--count',
      '2',
    ];
    const expected = ['2026-01-01T01:30:00.000Z', '2026-01-02T01:30:00.000Z'];
    expect((await run(args)).stdout).toBe(`${expected.join('\n')}\n`);
    expect(JSON.parse((await run([...args, '--json'])).stdout)).toEqual(expected);
  });

  it.each([
    [['next', '61 * * * *']],
    [['next', '']],
    [['next', '* * * * *', '--tz', 'Nowhere/Land']],
    [['next', '* * * * *', '--from', 'yesterday']],
    [['next', '* * * * *', '--count', '0']],
    [['next', '* * * * *', '--fold', 'never']],
    [['next', 'H * * * *']],
    [['next']],
  ])('refuses %j with exit 2 and one line', async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
  });

  it('answers a stream line by line, in order', async () => {
    const input = [
      '{"expr":"0 9 * * MON","from":"2026-01-01T00:00:00Z","count":1}',
      '{"expr":"x"}',
      'no json',
    ];
    const { code, stdout } = await run(['next', '--stdin', '--json'], {}, `${input.join('\n')}\n`);
    const [first, second, third] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(first).toEqual({ next: ['2026-01-05T09:00:00.000Z'] });
    expect([typeof second.error, typeof third.error]).toEqual(['string', 'string']);
  });
});

describe('wrong use', () => {
  it('of a command: exit 2 with a suggestion', async () => {
    const unknown = await run(['tsks']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('tasks')]);
    const flag = await run(['tasks', 'list', '--stat', 'ready']);
    expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining('--state')]);
  });

  it('of settings: exit 78 with every problem at once', async () => {
    write('carillon.config.yaml', 'prot: 1\n');
    const { code, stderr } = await run(['start', '--nmae', 'x', '--lease', '5'], {
      CARILLON_LEADER_TTL: 'soon',
    });
    expect(code).toBe(78);
    for (const place of ['--nmae', '--lease', 'CARILLON_LEADER_TTL', 'carillon.config.yaml:1:1']) {
      expect(stderr).toContain(place);
    }
  });

  it.each([
    ['throws', 'throw new Error("boom")', 'boom'],
    ['has no handlers', 'export default {}', 'no handler'],
    ['exports something else', 'export default 5', 'record'],
    ['has a handler that is none', 'export default { a: 5 }', 'not a function'],
  ])('a handler module that %s: exit 78 without a stack', async (_what, text, said) => {
    write('handlers.mjs', text);
    const { code, stderr } = await run(['worker', 'handlers.mjs', '--redis', redis.url]);
    expect([code, stderr]).toEqual([78, expect.stringContaining(said)]);
    expect(stderr).toContain('[handler_module]');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('no API there: exit 69', async () => {
    const { code, stderr } = await run(['cluster', '--url', 'http://127.0.0.1:9']);
    expect([code, stderr]).toEqual([69, expect.stringContaining('No answer')]);
  });

  it('an open address without a key: exit 78', async () => {
    expect((await run(['start', '--host', '0.0.0.0', '--redis', redis.url])).code).toBe(78);
  });
});

describe('Redis', () => {
  it('that is not there is waited for, in words and without a stack', async () => {
    const late = await startTestRedis();
    late.kill('SIGKILL');
    await late.gone();
    const node = processes.carillon(['start', '--redis', late.url, '--port', '0'], { cwd });
    await node.line(/not reachable|cannot be reached/);
    const url = await urlOf(node);
    const waiting = await fetch(`${url}/v1/tasks`);
    expect([waiting.status, waiting.headers.get('retry-after')]).toEqual([503, '2']);
    await late.restart();
    await eventually(
      async () => (await fetch(`${url}/v1/cluster`)).json(),
      (cluster) => (cluster as { leader: unknown }).leader !== null,
      { within: 20_000 },
    );
    expect(node.output).not.toMatch(/\n\s+at /);
    expect((await node.stop()).code).toBe(0);
    await late.stop();
  });

  it('that evicts is refused with the reason', async () => {
    const evicting = await startTestRedis({ config: { 'maxmemory-policy': 'allkeys-lru' } });
    write('handlers.mjs', HANDLERS);
    for (const args of [
      ['start', '--port', '0'],
      ['worker', 'handlers.mjs'],
    ]) {
      const { code, stderr } = await run([...args, '--redis', evicting.url]);
      expect([code, stderr]).toEqual([78, expect.stringContaining('maxmemory-policy is allkeys-lru')]);
    }
    await evicting.stop();
  });
});

describe('a node and a worker', () => {
  it('run what is enqueued, and every command shows it', async () => {
    const env = {
      CARILLON_REDIS_URL: redis.url,
      CARILLON_NAMESPACE: uniqueNamespace(),
      CARILLON_API_KEY: 'k',
    };
    write('handlers.mjs', HANDLERS);
    const node = processes.carillon(['start', '--port', '0', '--name', 'node-a'], { cwd, env });
    const worker = processes.carillon(['worker', 'handlers.mjs', '--name', 'worker-a'], { cwd, env });
    const url = await urlOf(node);
    await worker.line(/takes tasks/);
    const ask = (...args: string[]) => run([...args, '--url', url], env);

    const enqueued = await ask(
      'tasks',
      'enqueue',
      'add',
      '--payload',
      '{"a":1,"b":2}',
      '--delay',
      '50ms',
      '--label',
      'x=y',
    );
    const id = enqueued.stdout.trim();
    const waited = await ask('tasks', 'wait', id, '--json');
    expect(JSON.parse(waited.stdout)).toMatchObject({
      id,
      state: 'completed',
      result: 3,
      labels: { x: 'y' },
    });
    expect((await ask('tasks', 'show', id)).stdout).toContain('completed');
    expect((await ask('tasks', 'list', '--state', 'completed')).stdout).toContain(id);
    expect((await ask('tasks', 'show', 'none')).code).toBe(3);
    expect((await ask('tasks', 'cancel', id)).code).toBe(4);
    expect((await ask('tasks', 'enqueue', 'no handler name')).code).toBe(2);
    expect((await run(['tasks', 'list', '--url', url])).code).toBe(5);
    await fetch(`${url}/v1/schedules/nightly`, {
      method: 'PUT',
      headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
      body: JSON.stringify({
        handler: 'add',
        at: '2100-07-01T00:30:00Z',
        timezone: 'Europe/Berlin',
        exclude: ['2099-12-24..2099-12-26', { cron: '* * * * SUN' }],
        jitter: '30s',
        maxRuns: 4,
      }),
    });
    const shown = (await ask('schedules', 'show', 'nightly')).stdout;
    expect(shown).toMatch(/^except +2099-12-24\.\.2099-12-26, \{"cron":"\* \* \* \* SUN"\}$/m);
    expect(shown).toMatch(/^jitter +30s$/m);
    expect(shown).toMatch(/^fired +0 of 4$/m);
    expect(shown).toMatch(
      /^next +2100-07-01T00:30:00\.000Z {2}2100-07-01T02:30:00\+02:00 {2}due +2100-07-01T00:30:\d\d\.\d{3}Z$/m,
    );
    expect((await ask('queues', 'list')).stdout).toContain('default');
    expect((await ask('workers', 'list')).stdout).toContain('worker-a');
    expect((await ask('healthcheck')).code).toBe(0);
    const cluster = await eventually(
      async () => JSON.parse((await ask('cluster', 'show', '--json')).stdout),
      (one) => one.leader !== null,
    );
    expect(cluster).toMatchObject({
      leader: { node: 'node-a' },
      nodes: [{ name: 'node-a', role: 'leader' }],
    });

    expect((await worker.stop()).code).toBe(0);
    expect((await node.stop()).code).toBe(0);
  });
});

describe('carillon dev', () => {
  const dev = (...args: string[]) => processes.carillon(['dev', ...args], { cwd, ownGroup: true });
  const SCHEDULE = 'version: 1\nschedules:\n  tick:\n    handler: HANDLER\n    every: 1s\n';

  it('shows a schedule firing, a one-off and a retry, says where it listens, and leaves nothing behind', async () => {
    const started = dev('--port', '0');
    await started.line(/curl -s http:.*\/v1\/tasks/);
    await started.line(/demo\.heartbeat +completed/);
    await started.line(/demo\.feed +attempt 1 failed.*runs again in/);
    await started.line(/demo\.feed +completed at attempt 2/);
    await started.line(/demo\.greet +completed.*Hello, Ada!/);
    const [, port] = await started.line(/redis:\/\/127\.0\.0\.1:(\d+) \(embedded/);
    started.kill('SIGINT', 'group');
    expect((await started.ended).code).toBe(0);
    // Whoever could still listen there would refuse us the port.
    const probe = createServer();
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen(Number(port), '127.0.0.1', () => probe.close(() => resolve()));
    });
  });

  it('keeps what it was told over a restart', async () => {
    const first = dev('--port', '0');
    const url = await urlOf(first);
    const body = JSON.stringify({ handler: 'demo.greet', delay: '1d' });
    const reply = await fetch(`${url}/v1/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { id } = (await reply.json()) as { id: string };
    await first.stop('SIGINT');
    const again = await urlOf(dev('--port', '0'));
    expect(await (await fetch(`${again}/v1/tasks/${id}`)).json()).toMatchObject({ id, state: 'scheduled' });
  });

  it('takes the next port when one is taken, and says so', async () => {
    const holder: Server = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', () => resolve()));
    const { port } = holder.address() as { port: number };
    const started = dev('--port', String(port));
    await started.line(new RegExp(`port ${port} is taken; using \\d+`));
    expect((await fetch(`${await urlOf(started)}/livez`)).status).toBe(200);
    await new Promise((resolve) => holder.close(resolve));
  });

  it('takes up changed handlers and schedules, and goes on with the old ones when the new are broken', async () => {
    write('handlers.mjs', "export default { one: async () => 'first' };");
    mkdirSync(join(cwd, 'plans'));
    write('plans/s.yaml', SCHEDULE.replace('HANDLER', 'one'));
    const started = dev('handlers.mjs', '--port', '0', '--schedules', 'plans');
    await started.line(/one +completed.*first/);
    write('handlers.mjs', 'export default {');
    await started.line(/not used/);
    write('handlers.mjs', "export default { one: async () => 'second', two: async () => 'third' };");
    await started.line(/one +completed.*second/);
    write('plans/s.yaml', SCHEDULE.replace('HANDLER', 'two'));
    await started.line(/two +completed.*third/);
    await started.line(/^handlers reloaded: one, two$/);
    await started.line(/^schedules reloaded: 1 changed \(tick\)$/);
    expect((await started.stop('SIGINT')).code).toBe(0);
  });
});
