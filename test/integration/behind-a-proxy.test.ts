/** Real nodes behind a proxy that spreads requests: under a base path, signed in by cookie, through outages and restarts. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';
import { WebProxy } from '../support/web-proxy.js';

const KEY = 'ring-the-bells-at-noon';
const processes = new Processes();
const proxies: WebProxy[] = [];
let redis: TestRedis;
let cwd: string;
let namespace: string;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-proxy-'));
  namespace = uniqueNamespace();
});
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
  await processes.stopAll();
  rmSync(cwd, { recursive: true, force: true });
});

interface Node {
  /** Without the base path. */
  url: string;
  process: TestProcess;
}

async function start(flags: readonly string[], port = '0', key: string | undefined = KEY): Promise<Node> {
  const args = ['start', '--redis', redis.url, '--namespace', namespace, '--port', port, ...flags];
  const env = key === undefined ? {} : { CARILLON_API_KEY: key };
  const process = processes.carillon(args, { cwd, env });
  const [, url = ''] = await process.line(/(http:\/\/127\.0\.0\.1:\d+)/);
  await eventually(async () => (await fetch(`${url}/readyz`)).ok, undefined, { within: 60_000 });
  return { url, process };
}

async function proxy(options: Parameters<typeof WebProxy.start>[0]): Promise<WebProxy> {
  const made = await WebProxy.start(options);
  proxies.push(made);
  return made;
}

/** A browser's ways: it sends the cookie it was given, and for a page of the proxy's own origin. */
class Browser {
  cookie = '';
  readonly #base: string;
  readonly #origin: string;

  constructor(base: string, origin = new URL(base).origin) {
    this.#base = base;
    this.#origin = origin;
  }

  async ask(path: string, init: { method?: string; body?: object } = {}): Promise<Response> {
    const { method = 'GET', body } = init;
    const reply = await fetch(this.#base + path, {
      method,
      headers: {
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(method === 'GET' ? {} : { origin: this.#origin, 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [set] = reply.headers.getSetCookie();
    if (set !== undefined) this.cookie = set.split(';')[0] ?? '';
    return reply;
  }
}

describe.each([
  ['passes the base path on', false, ['--base-path', '/ops/carillon', '--trust-proxy', '127.0.0.1']],
  ['takes it away and says so', true, ['--trust-proxy', '1']],
  ['takes it away where it is set, too', true, ['--base-path', '/ops/carillon', '--trust-proxy', 'true']],
] as const)('a proxy that %s', (_what, strips, flags) => {
  test('serves page, API, events and command line of two nodes', async () => {
    const nodes = await Promise.all([start(flags), start(flags)]);
    const { url } = await proxy({ nodes: nodes.map((node) => node.url), prefix: '/ops/carillon', strips });
    const browser = new Browser(url);

    expect((await browser.ask('/')).status).toBe(200);
    for (const path of ['/livez', '/readyz']) {
      expect((await browser.ask(path)).status).toBe(200);
      expect((await fetch(nodes[0].url + path)).status).toBe(200);
    }
    for (const one of [url, nodes[0].url])
      expect((await fetch(`${one}/metrics`, { headers: { authorization: `Bearer ${KEY}` } })).status).toBe(
        200,
      );
    expect((await browser.ask('/v1/tasks')).status).toBe(401);
    const signed = await browser.ask('/v1/session', { method: 'POST', body: { key: KEY } });
    expect(await signed.json()).toMatchObject({ signedIn: true, basePath: '/ops/carillon' });
    expect(signed.headers.getSetCookie()[0]).toContain('; Path=/ops/carillon;');
    // Whichever node is asked knows the cookie that one of them gave.
    const made = await Promise.all(
      [1, 2, 3, 4].map(() =>
        browser.ask('/v1/tasks', { method: 'POST', body: { handler: 'a', delay: '1h' } }),
      ),
    );
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const location = made[0]?.headers.get('location') ?? '';
    expect(location).toMatch(/^\/ops\/carillon\/v1\/tasks\//);
    const shown = await new Browser(new URL(url).origin).ask(location);
    expect(shown.status).toBe(401);
    expect((await browser.ask(location.slice('/ops/carillon'.length))).status).toBe(200);
    expect(await (await browser.ask('/openapi.json')).json()).toMatchObject({
      servers: [{ url: '/ops/carillon' }],
    });

    const env = { CARILLON_API_KEY: KEY };
    const follow = processes.carillon(['events', '--follow', '--url', url, '--json'], { env });
    const listed = await processes.run(['tasks', 'list', '--url', url, '--json'], { env });
    expect([listed.code, JSON.parse(listed.stdout).items.length]).toEqual([0, 4]);
    await eventually(async () => {
      const args = ['tasks', 'enqueue', 'told', '--url', url];
      const { code } = await processes.run(args, { env });
      return code === 0 && follow.output.includes('task.enqueued');
    });
  });
});

test('a session outlives restarts and outages, and ends with its key', async () => {
  const flags = ['--base-path', '/carillon', '--trust-proxy', '127.0.0.1'];
  const node = await start(flags);
  const { url } = await proxy({ nodes: [node.url], prefix: '/carillon', strips: false, tls: true });
  const browser = new Browser(url, new URL(url).origin.replace('http:', 'https:'));
  const signed = await browser.ask('/v1/session', { method: 'POST', body: { key: KEY } });
  expect(signed.headers.getSetCookie()[0]).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
  expect((await browser.ask('/v1/tasks')).status).toBe(200);

  redis.kill('SIGSTOP');
  try {
    await eventually(async () => (await browser.ask('/v1/tasks')).status === 503);
    expect((await browser.ask('/')).status).toBe(200);
  } finally {
    redis.kill('SIGCONT');
  }
  await eventually(async () => (await browser.ask('/v1/tasks')).status === 200);

  await node.process.stop();
  const port = new URL(node.url).port;
  const again = await start(flags, port);
  expect((await browser.ask('/v1/tasks')).status).toBe(200);
  await again.process.stop();
  await start(flags, port, 'another-key-than-before');
  expect((await browser.ask('/v1/tasks')).status).toBe(401);
});

test('one node only shows, and hides payloads, beside another that does not', async () => {
  const full = await start([]);
  const shows = await start(['--read-only', '--hide-payloads']);
  const env = { CARILLON_API_KEY: KEY };
  const payload = '{"iban":"DE02120300000000202051"}';
  const made = await processes.run(['tasks', 'enqueue', 'a', '--payload', payload, '--url', full.url], {
    env,
  });
  const id = made.stdout.trim();
  const shown = await processes.run(['tasks', 'show', id, '--url', shows.url], { env });
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('hidden by this node')]);
  expect(shown.stdout).not.toContain('DE0212');
  expect((await processes.run(['tasks', 'show', id, '--url', full.url], { env })).stdout).toContain('DE0212');
  for (const words of [
    ['tasks', 'cancel', id],
    ['queues', 'pause', 'default'],
    ['cluster', 'step-down'],
  ]) {
    const refused = await processes.run([...words, '--url', shows.url], { env });
    // What is not in this release is another refusal.
    if (refused.stderr.includes('not in this release') || refused.code === 2) continue;
    expect([words, refused.code, refused.stderr]).toEqual([
      words,
      5,
      expect.stringContaining('CARILLON_READ_ONLY'),
    ]);
  }
  const { state } = JSON.parse(
    (await processes.run(['tasks', 'show', id, '--url', full.url, '--json'], { env })).stdout,
  );
  expect(state).toBe('ready');
});

test('settings that would open a node are refused together, before anything starts', async () => {
  const args = ['start', '--base-path', '/a/../b', '--trust-proxy', 'proxy', '--allowed-hosts', 'http://a'];
  const refused = await processes.run([...args, '--read-only', 'perhaps'], { cwd });
  expect(refused.code).toBe(78);
  for (const flag of ['--base-path', '--trust-proxy', '--allowed-hosts', '--read-only'])
    expect(refused.stderr).toContain(flag);
  const open = await processes.run(['start', '--redis', redis.url, '--allowed-hosts', '*'], { cwd });
  expect([open.code, open.stderr + open.stdout]).toEqual([78, expect.stringContaining('without an API key')]);
});
