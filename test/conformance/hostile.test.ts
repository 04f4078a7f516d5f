/** Whatever is sent to whichever route, the answer is what was asked for or one problem with a code: never a 5xx. */

import { Agent, request as send } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openapi } from '../../src/api/openapi.js';
import { type Api, createApi } from '../../src/api/server.js';
import { CarillonError, ERRORS } from '../../src/domain/input/errors.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { type HostileRequest, hostileRequests, type OpenApi } from '../support/hostile.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { makeRedis } from './suite/subjects.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

interface Answer {
  status: number;
  type: string;
  text: string;
}

function ask(url: string, { method, path, headers, body }: HostileRequest): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = send({ hostname, port, method, path, headers, agent }, (answer) => {
      const type = answer.headers['content-type'] ?? '';
      if (type.startsWith('text/event-stream')) {
        // It has no end.
        answer.destroy();
        resolve({ status: answer.statusCode ?? 0, type, text: '' });
        return;
      }
      let text = '';
      answer.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, type, text }));
    });
    asked.on('error', reject).end(body);
  });
}

/** What is wrong with the answer; undefined: nothing. */
function wrongWith({ status, type, text }: Answer): string | undefined {
  if (status < 400) return undefined;
  // Nobody leads here, so that nobody can be told to step down.
  if (status === 503 && text.includes('Nobody leads just now')) return undefined;
  if (status >= 500) return `${status} ${text.slice(0, 200)}`;
  if (!type.startsWith('application/problem+json')) return `${status} as ${type}: ${text.slice(0, 200)}`;
  const { code, requestId, title } = JSON.parse(text) as Record<string, string>;
  if (!Object.hasOwn(ERRORS, code ?? '') || code === 'internal') return `the code ${code}`;
  return requestId && title ? undefined : `no id or title: ${text.slice(0, 200)}`;
}

const SOUND: Record<string, Record<string, string>> = {
  '/v1/tasks': { handler: '"h"' },
  '/v1/tasks/batch': { tasks: '[{"handler":"h"}]' },
  '/v1/schedules/{id}': { handler: '"h"', every: '"1d"' },
  '/v1/sets/{set}/apply': { digest: '"0"' },
  '/v1/sets/{set}/proposals': { files: '[{"path":"a.yaml","text":"version: 1"}]' },
};

/** Cursors as ours are written, with what does not belong into them. */
function crafted(): string[] {
  const numbers = ['', '0', '-1', '9007199254740993', '1e400', 'NaN', 'x', '0x10', `${'9'.repeat(400)}`];
  const places = [
    'scheduled',
    'ready',
    'running',
    'retrying',
    'completed',
    'dead',
    'cancelled',
    'x',
    '__proto__',
  ].flatMap((state) =>
    numbers.flatMap((number) => [
      `["${state}","",${JSON.stringify(number)},"l1:q-1"]`,
      `["${state}","p",${JSON.stringify(number)},""]`,
      `["${state}","p~1",${/^-?\d+$/.test(number) ? number : 'null'},"x"]`,
    ]),
  );
  const odd = ['null', '[]', '{}', '5', '["ready"]', '["ready","","","","",""]', '[[],[],[],[]]'];
  return [...places, ...odd].map((place) => Buffer.from(`default/${place}`).toString('base64url'));
}

async function hostility(api: Api): Promise<{ asked: number; wrong: string[] }> {
  const { url } = await api.listen();
  const json = (method: string, path: string, body: object) =>
    ask(url, { method, path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  await json('PUT', '/v1/schedules/here', { handler: 'h', every: '1d' });
  await json('PATCH', '/v1/queues/default', {});
  const { id } = JSON.parse((await json('POST', '/v1/tasks', { handler: 'h', delay: '1d' })).text) as {
    id: string;
  };
  await json('POST', '/v1/tasks', { handler: 'h' });
  const names: Record<string, string> = { tasks: id, schedules: 'here', queues: 'default', sets: 'files' };
  const base = (_: string, path: string) => ({
    path: path
      .replace(/(\w+)\/\{\w+\}/, (__, kind: string) => `${kind}/${names[kind] ?? 'x'}`)
      .replace(/wait$/, 'wait?timeout=0ms'),
    body: SOUND[path] ?? {},
  });
  const requests = hostileRequests(openapi('0') as OpenApi, base, crafted());
  const wrong: string[] = [];
  const left = requests.values();
  const worker = async (): Promise<void> => {
    for (const request of left) {
      const problem = wrongWith(await ask(url, request));
      if (problem === undefined) continue;
      const { method, path, headers, body = '' } = request;
      wrong.push(
        `${method} ${path.slice(0, 200)} ${JSON.stringify(headers)} ${body.slice(0, 200)} → ${problem}`,
      );
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return { asked: requests.length, wrong };
}

test('every route answers every parameter', { timeout: 300_000 }, async () => {
  const { store, close } = await makeRedis(redis.url);
  const readNone = async (): Promise<never> => {
    throw new CarillonError('invalid_schedule_file', 'none of them is read here');
  };
  const api = createApi({
    ...{ store, log: silentLog, host: '127.0.0.1', port: 0, version: '0' },
    cluster: { self: 'one', leaderTtlMs: 1_000, leader: async () => null },
    health: async () => ({ ready: true, problems: [] }),
    setFiles: { plan: readNone, propose: readNone },
  });
  try {
    const { asked, wrong } = await hostility(api);
    expect(asked).toBeGreaterThan(5_000);
    expect(wrong.slice(0, 40)).toEqual([]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  } finally {
    await api.close();
    await close();
  }
});
