/** `http.request` on the road: what it sends, how its attempts end, and that nothing else is reached, however it is asked for. */

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { httpRequestBy } from '../../src/builtin/http-request.js';
import type { Lookup } from '../../src/builtin/http-send.js';
import { parseTarget } from '../../src/builtin/targets.js';
import {
  type Client,
  type HttpRequest,
  type HttpRequestOptions,
  httpRequest,
  type Task,
} from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { gate, house } from '../support/house.js';
import { type HttpSink, type SinkOptions, startSink } from '../support/http-sink.js';

const PEM = readFileSync(new URL('./fixtures/self-signed.pem', import.meta.url), 'utf8');

const sinks: HttpSink[] = [];
afterEach(() => Promise.all(sinks.splice(0).map((sink) => sink.stop())));

async function sink(answer?: Parameters<typeof startSink>[0], options?: SinkOptions): Promise<HttpSink> {
  const started = await startSink(answer, options);
  sinks.push(started);
  return started;
}

const ONCE = { retry: { maxAttempts: 1 } } as const;

async function worker(options: HttpRequestOptions): Promise<Client> {
  const { client, work } = house();
  await work({ 'http.request': httpRequest(options) });
  return client;
}

/** The task of one request, ended. */
async function ended(client: Client, payload: unknown, options: object = ONCE): Promise<Task> {
  const { id } = await client.enqueue('http.request', payload, options);
  return client.wait(id, '20s');
}

describe('a request', () => {
  it('goes out as asked, and its answer is the result', async () => {
    const there = await sink((_, response) => {
      response.writeHead(201, { 'x-made': 'yes', 'set-cookie': 'session=secret' }).end('made');
    });
    const client = await worker({ allow: [`127.0.0.1:${there.port}`] });
    const url = `http://127.0.0.1:${there.port}/a/b?c=d#e`;
    const task = await ended(client, { url, method: 'put', headers: { 'X-Own': '1' }, body: { a: [1] } });
    expect(task).toMatchObject({ state: 'completed', result: { status: 201, body: 'made' } });
    expect(task.result).toHaveProperty('headers.x-made', 'yes');
    expect(JSON.stringify(task.result)).not.toContain('session');
    const [got] = there.received;
    expect(got).toMatchObject({ method: 'PUT', url: '/a/b?c=d', body: '{"a":[1]}' });
    expect(got?.headers).toMatchObject({
      host: `127.0.0.1:${there.port}`,
      'content-type': 'application/json',
      'content-length': '9',
      'x-own': '1',
      'user-agent': expect.stringMatching(/^carillon\//),
    });
    expect(got?.headers).not.toHaveProperty('transfer-encoding');
  });

  it.each<[Partial<HttpRequest>, object]>([
    [{}, { method: 'GET', body: '' }],
    [
      { body: 'text' },
      {
        method: 'POST',
        body: 'text',
        headers: expect.objectContaining({ 'content-type': 'text/plain; charset=utf-8' }),
      },
    ],
    [{ body: null }, { method: 'POST', body: 'null' }],
    [
      { body: 'ä', headers: { 'content-type': 'x/y' } },
      { body: 'ä', headers: expect.objectContaining({ 'content-type': 'x/y', 'content-length': '2' }) },
    ],
    [
      { method: 'DELETE', body: 5 },
      { method: 'DELETE', body: '5' },
    ],
    [
      { method: 'POST' },
      { method: 'POST', body: '', headers: expect.objectContaining({ 'content-length': '0' }) },
    ],
    [{ method: 'HEAD' }, { method: 'HEAD' }],
  ])('with %j is what one would expect', async (more, expected) => {
    const there = await sink();
    const client = await worker({ allow: [`127.0.0.1:${there.port}`] });
    const task = await ended(client, { url: `http://127.0.0.1:${there.port}/`, ...more });
    expect(task.state).toBe('completed');
    expect(there.received).toEqual([expect.objectContaining(expected)]);
  });

  it('keeps of a large answer what fits, and hears it to its end', async () => {
    const heard = gate();
    const there = await sink((_, response) => {
      response.on('finish', () => heard.open());
      response.writeHead(200, { 'x-long': 'x'.repeat(8_000) }).end('\u0001'.repeat(1_000_000));
    });
    const client = await worker({ allow: [`127.0.0.1:${there.port}`] });
    const task = await ended(client, { url: `http://127.0.0.1:${there.port}/` });
    await heard.passed;
    expect(task).toMatchObject({ state: 'completed', result: { status: 200, truncated: true } });
    expect(JSON.stringify(task.result).length).toBeLessThan(40_000);
    expect(JSON.stringify(task.result).length).toBeGreaterThan(10_000);
  });

  it('keeps no body that is no text, and cuts none within a character', async () => {
    const bodies = [Buffer.from([0xff, 0x00]), Buffer.from(`a${'€'.repeat(10_000)}`)];
    const there = await sink((_, response) => response.end(bodies.shift()));
    const client = await worker({ allow: [`127.0.0.1:${there.port}`] });
    const url = `http://127.0.0.1:${there.port}/`;
    expect((await ended(client, { url })).result).not.toHaveProperty('body');
    expect((await ended(client, { url })).result).toMatchObject({
      body: expect.stringMatching(/^a€+$/),
      truncated: true,
    });
  });
});

describe('an answer', () => {
  async function answered(
    status: number,
    headers: Record<string, string> = {},
    retry: object = { maxAttempts: 2, delay: '1h' },
  ) {
    const there = await sink((_, response) => response.writeHead(status, headers).end('because'));
    const client = await worker({ allow: [`127.0.0.1:${there.port}`] });
    const { id } = await client.enqueue(
      'http.request',
      { url: `http://127.0.0.1:${there.port}/secret/path` },
      { retry },
    );
    const settled = (task: Task | null): boolean =>
      ['retrying', 'dead', 'completed'].includes(task?.state ?? '');
    const task = (await eventually(() => client.get(id), settled)) as Task;
    return { task, there, client };
  }

  it('of 410 is the end at once', async () => {
    const { task, there } = await answered(410);
    expect(task).toMatchObject({ state: 'dead', attempt: 1, error: { code: 410 } });
    expect(task.error?.message).toBe(
      `GET http://127.0.0.1:${there.port} answered 410 Gone: it is not to be asked again`,
    );
  });

  it.each([400, 404, 429, 500, 503])(
    'of %d fails the attempt, which the policy tries again',
    async (status) => {
      const { task, client } = await answered(status);
      expect(task).toMatchObject({ state: 'retrying', failures: 1 });
      expect(task.attempts[0]).toMatchObject({ outcome: 'failed', error: { code: status } });
      expect(JSON.stringify(task.attempts)).not.toContain('secret/path');
      const { items } = await client.logs(task.id);
      expect(items).toMatchObject([{ level: 'warn', message: 'because', fields: { status } }]);
    },
  );

  it.each<[string, Record<string, string>, number]>([
    ['seconds', { 'retry-after': '120' }, 120_000],
    [
      'a date by the clock over there',
      { 'retry-after': 'Wed, 21 Oct 2015 07:30:00 GMT', date: 'Wed, 21 Oct 2015 07:28:00 GMT' },
      120_000,
    ],
    ['no time, of which a second is made', { 'retry-after': '0' }, 1_000],
    ['a year, of which a day is made', { 'retry-after': '31536000' }, 86_400_000],
    ['what nobody understands, so that the policy counts', { 'retry-after': 'soon' }, 3_600_000],
  ])('says when to try again: %s', async (_what, headers, ms) => {
    const { task } = await answered(503, headers, { maxAttempts: 2, delay: '1h', jitter: false });
    const finished = Date.parse(task.attempts[0]?.finishedAt ?? '');
    expect(Math.abs(Date.parse(task.dueAt) - finished - ms)).toBeLessThan(1_500);
  });

  it('that says it again and again is the end all the same, when maxAttempts is reached', async () => {
    const { task } = await answered(429, { 'retry-after': '1' }, { maxAttempts: 1 });
    expect(task).toMatchObject({ state: 'dead', failures: 1 });
  });

  it('that leads elsewhere is not followed, and says where it would have led', async () => {
    const elsewhere = await sink();
    const { task } = await answered(302, { location: `http://127.0.0.1:${elsewhere.port}/token?x=secret` });
    expect(task.attempts[0]?.error?.message).toContain(
      `answered 302 Found; redirects are not followed, it leads to http://127.0.0.1:${elsewhere.port}`,
    );
    expect(JSON.stringify(task.attempts)).not.toContain('token');
    expect(elsewhere.connections).toBe(0);
  });

  it('that breaks off fails the attempt', async () => {
    const there = await sink((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      request.socket.destroySoon();
    });
    const client = await worker({ allow: [`127.0.0.1:${there.port}`] });
    expect(await ended(client, { url: `http://127.0.0.1:${there.port}/` })).toMatchObject({
      state: 'dead',
      error: {
        message: expect.stringContaining(`127.0.0.1:${there.port} cannot be reached`),
        code: 'ECONNRESET',
      },
    });
  });

  it('of a place where nobody is fails the attempt in words', async () => {
    const gone = await startSink();
    await gone.stop();
    const client = await worker({ allow: [`localhost:${gone.port}`] });
    const task = await ended(client, { url: `http://localhost:${gone.port}/` });
    expect(task.error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(task.error?.message).toMatch(/^localhost:\d+ cannot be reached: .*ECONNREFUSED/);
  });
});

describe('time', () => {
  /** A server that never answers; tells when the connection has gone. */
  async function silent(begin: (response: ServerResponse) => void = () => {}) {
    const [came, gone] = [gate(), gate()];
    const there = await sink((request, response) => {
      request.socket.once('close', () => gone.open());
      begin(response);
      came.open();
    });
    return { url: `http://127.0.0.1:${there.port}/`, allow: [`127.0.0.1:${there.port}`], came, gone };
  }

  it.each([
    ['before the answer', () => {}],
    ['in the midst of it', (response: ServerResponse) => response.writeHead(200).write('half')],
  ])('that is over %s fails the attempt and closes the connection', async (_when, begin) => {
    const { url, allow, gone } = await silent(begin as (response: ServerResponse) => void);
    const client = await worker({ allow });
    const task = await ended(client, { url, timeout: '300ms' });
    await gone.passed;
    expect(task).toMatchObject({ state: 'dead', error: { message: 'no whole answer within 300ms' } });
  });

  it('of the task counts too, and so does its cancellation', async () => {
    const { url, allow, came, gone } = await silent();
    const client = await worker({ allow });
    const late = await ended(client, { url }, { ...ONCE, timeout: '300ms' });
    expect(late.attempts[0]).toMatchObject({
      outcome: 'timeout',
      error: { message: 'ran longer than 300ms' },
    });
    await gone.passed;
    const next = await silent();
    const other = await worker({ allow: next.allow });
    const { id } = await other.enqueue('http.request', { url: next.url });
    await next.came.passed;
    await other.cancel(id);
    expect((await other.wait(id)).state).toBe('cancelled');
    await next.gone.passed;
    await came.passed;
  });

  it('does not turn an answer that ends a task into one that is tried again', async () => {
    const { url, allow } = await silent((response) => response.writeHead(410).write('going'));
    const client = await worker({ allow });
    expect(await ended(client, { url, timeout: '10s' }, { retry: { maxAttempts: 5 } })).toMatchObject({
      state: 'dead',
      failures: 1,
      error: { code: 410 },
    });
  });

  it('of names that nobody resolves is bounded too', async () => {
    const { client, work } = house();
    const never: Lookup = () => new Promise(() => {});
    await work({ 'http.request': httpRequestBy(rulesOf('never.test:80'), never) });
    const task = await ended(client, { url: 'http://never.test/', timeout: '200ms' });
    expect(task.error?.message).toBe('no whole answer within 200ms');
  });
});

describe('a signature', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

  it.each([
    ['by a secret of the payload', secret],
    ['by a secret of the worker', 'billing'],
  ])('%s is what its receiver makes of it', async (_how, named) => {
    const there = await sink();
    const client = await worker({ allow: [`127.0.0.1:${there.port}`], secrets: { billing: secret } });
    const before = Date.now();
    const body = { what: 'ä€' };
    const task = await ended(client, { url: `http://127.0.0.1:${there.port}/`, body, secret: named });
    expect(task.state).toBe('completed');
    const [got] = there.received;
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = got?.headers ?? {};
    expect(id).toBe(task.id);
    expect(Math.abs(Number(at) * 1_000 - before)).toBeLessThan(30_000);
    const key = Buffer.from(secret.slice(6), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${at}.${got?.body}`).digest('base64');
    expect(signature).toBe(`v1,${expected}`);
  });

  it('keeps its secret out of errors and logs, whatever goes wrong', async () => {
    const there = await sink((_, response) => response.writeHead(500).end());
    const client = await worker({ allow: [`127.0.0.1:${there.port}`] });
    const url = `http://127.0.0.1:${there.port}/`;
    const tasks = [
      await ended(client, { url, secret }),
      await ended(client, { url: 'http://127.0.0.1:1/', secret }),
      await ended(client, { url, secret: `${secret} ` }),
      await ended(client, { url, secret, headers: { 'webhook-id': 'mine' } }),
      await ended(client, { url, secret, more: 1 }),
    ];
    for (const { id, attempts, error } of tasks) {
      const { items } = await client.logs(id);
      expect(JSON.stringify([attempts, error, items])).not.toContain(secret.slice(6));
    }
  });

  it('that nobody can make is dead at once, and says what is missing', async () => {
    const there = await sink();
    const client = await worker({ allow: [`127.0.0.1:${there.port}`] });
    const task = await ended(client, { url: `http://127.0.0.1:${there.port}/`, secret: 'billing' }, {});
    expect(task).toMatchObject({ state: 'dead', failures: 1, error: { code: 'forbidden' } });
    expect(task.error?.message).toContain('Set CARILLON_HTTP_SECRET_BILLING there');
    expect(there.connections).toBe(0);
  });
});

describe('a payload that does not fit', () => {
  it.each([
    [null, 'must be a mapping'],
    [{}, '/url is required'],
    [{ url: 'example.com' }, '/url must be an absolute URL'],
    [{ url: '//example.com/' }, '/url'],
    [{ url: 'ftp://example.com/' }, '/url'],
    [{ url: 'file:///etc/passwd' }, '/url'],
    [{ url: 'gopher://127.0.0.1:6379/_x' }, '/url'],
    [{ url: 'javascript:alert(1)' }, '/url'],
    [{ url: 'http://user:pass@example.com/' }, '/url'],
    [{ url: 'http://user@example.com/' }, '/url'],
    [{ url: 'http://@example.com/' }, '/url'],
    [{ url: 'http://example.com:0/' }, '/url'],
    [{ url: 'http://example.com:99999/' }, '/url'],
    [{ url: 'http:example.com' }, '/url'],
    [{ url: 'http:\\\\example.com\\' }, '/url'],
    [{ url: 'http://exa\tmple.com/' }, '/url'],
    [{ url: 'http://example.com/\r\nHost: x' }, '/url'],
    [{ url: ' http://example.com/' }, '/url'],
    [{ url: 'http://example.com/', method: 'CONNECT' }, '/method'],
    [{ url: 'http://example.com/', method: 'TRACE' }, '/method'],
    [{ url: 'http://example.com/', method: 'GET', body: 'x' }, '/body cannot go with GET'],
    [{ url: 'http://example.com/', timeout: '30' }, '/timeout'],
    [{ url: 'http://example.com/', headers: { Host: 'x' } }, '/headers/Host is written by the connection'],
    [{ url: 'http://example.com/', headers: { 'content-length': '1' } }, '/headers/content-length'],
    [
      { url: 'http://example.com/', headers: { 'Transfer-Encoding': 'chunked' } },
      '/headers/Transfer-Encoding',
    ],
    [{ url: 'http://example.com/', headers: { connection: 'upgrade' } }, '/headers/connection'],
    [{ url: 'http://example.com/', headers: { 'Proxy-Authorization': 'x' } }, '/headers/Proxy-Authorization'],
    [
      { url: 'http://example.com/', headers: { 'x-a': 'b\r\nx-c: d' } },
      '/headers/x-a must be a text of one line',
    ],
    [{ url: 'http://example.com/', headers: { 'x a': 'b' } }, '/headers/x a is no name'],
    [{ url: 'http://example.com/', headers: { A: '1', a: '2' } }, '/headers/a is there twice'],
    [{ url: 'http://example.com/', headers: { a: 1 } }, '/headers/a'],
    [{ url: 'http://example.com/', follow: true }, '/follow is not a known key'],
    [{ url: 'http://example.com/', secret: 'Not A Name' }, '/secret'],
  ])('%j is dead at once, with the place', async (payload, said) => {
    const client = await worker({ allow: ['example.com:80'] });
    const task = await ended(client, payload, {});
    expect(task).toMatchObject({ state: 'dead', failures: 1, attempt: 1 });
    expect(task.error?.message).toMatch(/^The payload does not fit http\.request: /);
    expect(task.error?.message).toContain(said);
  });
});

function rulesOf(...allow: string[]) {
  const targets = allow.map((entry) => {
    const target = parseTarget(entry);
    if (!target) throw new Error(entry);
    return target;
  });
  return { allow: targets, secrets: {} };
}

/** What this machine goes by besides loopback. */
const ownAddresses = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .filter(({ internal, scopeid }) => !internal && !scopeid)
  .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));

describe('a place that is not on the list', () => {
  const forms = (port: number): string[] =>
    [
      ...[
        '127.0.0.1',
        'localhost',
        'LOCALHOST',
        'localhost.',
        '127.1',
        '127.0.1',
        '127.0.0.1.',
        '0x7f.1',
        '0x7f000001',
        '0X7F.0.0.1',
      ],
      ...[
        '2130706433',
        '017700000001',
        '0177.0.0.1',
        '0177.1',
        '127.0.0.0x1',
        '127.000.000.001',
        '%31%32%37.0.0.1',
        '１２７．０．０．１',
        '127。0。0。1',
      ],
      ...[
        '①②⑦.⓪.⓪.①',
        'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
        'lo\u00adcalhost',
        '127.0.0.2',
        '127.127.127.127',
        '0',
        '0.0.0.0',
        '0x0',
        '[::]',
        '[::1]',
        '[0:0:0:0:0:0:0:1]',
      ],
      ...[
        '[::ffff:127.0.0.1]',
        '[::ffff:7f00:1]',
        '[::127.0.0.1]',
        '[0:0:0:0:0:ffff:127.0.0.1]',
        '[64:ff9b::7f00:1]',
        '[2002:7f00:1::]',
      ],
      ...[
        '169.254.169.254',
        '10.0.0.1',
        '192.168.0.1',
        '100.64.0.1',
        '224.0.0.1',
        '255.255.255.255',
        ...ownAddresses,
      ],
      ...['allowed.test.', 'allowed.test.localhost', 'xallowed.test', 'sub.allowed.test', 'localhost.test'],
    ].map((host) => `http://${host}:${port}/`);

  it('is not reached, in whatever form it is written', async () => {
    const there = await sink(undefined, { host: '::' });
    // That it could be.
    await Promise.all([
      once(connect(there.port, '127.0.0.1').end(), 'connect'),
      once(connect(there.port, '::1').end(), 'connect'),
    ]);
    const before = await eventually(
      () => there.connections,
      (count) => count === 2,
    );
    const { client, work } = house();
    const asked: string[] = [];
    const lookup: Lookup = async (name) => {
      asked.push(name);
      return [{ address: '127.0.0.1', family: 4 }];
    };
    await work({
      'http.request': httpRequestBy(rulesOf('allowed.test:80', `other.test:${there.port}`), lookup),
    });
    const urls = [
      ...forms(there.port),
      `https://127.0.0.1:${there.port}/`,
      `https://allowed.test:${there.port}/`,
    ];
    const made = await client.enqueueMany(urls.map((url) => ({ handler: 'http.request', payload: { url } })));
    const tasks = await Promise.all(made.map(({ id }) => client.wait(id)));
    for (const [at, task] of tasks.entries()) {
      expect(task, urls[at]).toMatchObject({ state: 'dead', failures: 1, attempt: 1 });
      expect(task.error?.message, urls[at]).toMatch(/^This worker does not allow|^The payload does not fit/);
    }
    expect(asked).toEqual([]);
    expect(there.connections).toBe(before);
  });

  it('is told with how to allow it, in the one form that an entry has', async () => {
    const client = await worker({});
    const [name, four, six] = await Promise.all(
      ['https://API.Example.com./x', 'http://0x7f.1/', 'http://[0:0::1]:8080/'].map((url) =>
        ended(client, { url }, {}),
      ),
    );
    expect(name?.error).toMatchObject({ code: 'forbidden' });
    expect(name?.error?.message).toBe(
      'This worker does not allow http.request to reach api.example.com:443. To allow it, start the worker with --http-allow api.example.com:443 (CARILLON_HTTP_ALLOW, httpAllow)',
    );
    expect(four?.error?.message).toContain('--http-allow 127.0.0.1:80 ');
    expect(six?.error?.message).toContain('--http-allow [::1]:8080 ');
  });
});

describe('a name on the list', () => {
  async function resolving(allow: string[], ...answers: string[][]) {
    const { client, work } = house();
    let asked = 0;
    const lookup: Lookup = async () => {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? [];
      asked += 1;
      return answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    };
    await work({ 'http.request': httpRequestBy(rulesOf(...allow), lookup) });
    return { client, lookups: () => asked };
  }

  it.each([
    ...[
      '127.0.0.1',
      '::1',
      '::ffff:127.0.0.1',
      '0.0.0.0',
      '::',
      '64:ff9b::7f00:1',
      '169.254.169.254',
      'fe80::1',
      '10.0.0.1',
    ],
  ])('that is at %s is not reached, and it is said why', async (address) => {
    const there = await sink(undefined, { host: '::' });
    const { client } = await resolving(
      [`inside.test:${there.port}`, `*.inside.test:${there.port}`],
      [address],
    );
    for (const host of ['inside.test', 'a.inside.test']) {
      const task = await ended(client, { url: `http://${host}:${there.port}/` }, {});
      expect(task).toMatchObject({ state: 'dead', failures: 1, error: { code: 'forbidden' } });
      expect(task.error?.message).toContain(`${host}:${there.port}: it is at ${address}, which is `);
    }
    expect(there.connections).toBe(0);
  });

  it('is reached at an address that the list has as well, and sends its own name', async () => {
    const there = await sink();
    const { client } = await resolving(
      [`inside.test:${there.port}`, `127.0.0.0/8:${there.port}`],
      ['127.0.0.1'],
    );
    const task = await ended(client, { url: `http://inside.test.:${there.port}/` });
    expect(task.state).toBe('completed');
    expect(there.received[0]?.headers.host).toBe(`inside.test:${there.port}`);
  });

  it('is reached only at those of its addresses that it may be', async () => {
    const [there, other] = [await sink(), await sink(undefined, { host: '127.0.0.2', port: 0 })];
    const second = await sink(undefined, { host: '127.0.0.2', port: there.port });
    const { client } = await resolving(
      [`two.test:${there.port}`, `127.0.0.1:${there.port}`],
      ['127.0.0.2', '127.0.0.1'],
    );
    expect((await ended(client, { url: `http://two.test:${there.port}/` })).state).toBe('completed');
    expect([there.received.length, second.connections, other.connections]).toEqual([1, 0, 0]);
  });

  it('is resolved once for an attempt: an answer that changes afterwards leads nowhere', async () => {
    const first = await sink();
    const second = await sink(undefined, { host: '127.0.0.2', port: first.port });
    const { client, lookups } = await resolving(
      [`rebind.test:${first.port}`, `127.0.0.1:${first.port}`],
      ['127.0.0.1'],
      ['127.0.0.2'],
    );
    const url = `http://rebind.test:${first.port}/`;
    expect((await ended(client, { url })).state).toBe('completed');
    expect([lookups(), first.received.length, second.connections]).toEqual([1, 1, 0]);
    // And what it changed to is judged anew.
    expect(await ended(client, { url })).toMatchObject({ state: 'dead', error: { code: 'forbidden' } });
    expect([lookups(), first.received.length, second.connections]).toEqual([2, 1, 0]);
  });

  it('that is localhost is loopback by its name', async () => {
    const there = await sink();
    const client = await worker({ allow: [`localhost:${there.port}`] });
    expect((await ended(client, { url: `http://localhost:${there.port}/` })).state).toBe('completed');
    expect((await ended(client, { url: `http://127.0.0.1:${there.port}/` }, {})).state).toBe('dead');
  });

  it('that nobody knows fails the attempt in words', async () => {
    const { client, work } = house();
    const lookup: Lookup = () =>
      Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND none.test'), { code: 'ENOTFOUND' }));
    await work({ 'http.request': httpRequestBy(rulesOf('none.test:80'), lookup) });
    const task = await ended(client, { url: 'http://none.test/' });
    expect(task.error).toMatchObject({
      code: 'ENOTFOUND',
      message: 'none.test:80 cannot be reached: getaddrinfo ENOTFOUND none.test',
    });
  });
});

describe('TLS', () => {
  it('refuses a certificate that nobody vouches for, before anything is sent', async () => {
    const there = await sink(undefined, { pem: PEM });
    const client = await worker({ allow: [`localhost:${there.port}`] });
    const task = await ended(client, { url: `https://localhost:${there.port}/`, body: 'secret' });
    expect(task.error?.code).toMatch(/CERT/);
    expect(there.received).toEqual([]);
  });
});
