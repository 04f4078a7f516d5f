/** A Redis that refuses commands for a while: processes answer 503 meanwhile, survive, and everything goes on afterwards. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const HANDLERS = fileURLToPath(new URL('./fixtures/note.mjs', import.meta.url));

const processes = new Processes();
const open: (() => unknown)[] = [];
afterEach(async () => {
  await processes.stopAll();
  for (const end of open.splice(0).reverse()) await end();
});

interface Refusal {
  config?: Record<string, string>;
  prepare?(admin: Redis): Promise<unknown>;
  /** From its end on commands are refused. */
  begin(admin: Redis, server: TestRedis): Promise<unknown>;
  end(admin: Redis, server: TestRedis): Promise<unknown>;
  /** Tasks are taken and run all the while. */
  serves?: true;
}

const dumpOf = async (admin: Redis): Promise<string> =>
  join(((await admin.config('GET', 'dir')) as string[])[1] ?? '', 'refused.rdb');

const REFUSALS: Record<string, Refusal> = {
  // As an old primary after a failover.
  READONLY: {
    begin: (admin) => admin.replicaof('127.0.0.1', 1),
    end: (admin) => admin.replicaof('NO', 'ONE'),
  },
  OOM: {
    begin: (admin) => admin.config('SET', 'maxmemory', '1'),
    end: (admin) => admin.config('SET', 'maxmemory', '0'),
  },
  BUSY: {
    config: { 'busy-reply-threshold': '1' },
    async begin(admin, server) {
      const busy = new Redis(server.url, { connectionName: 'busy' });
      open.push(() => busy.disconnect());
      busy.eval('while true do end', 0).catch(() => {});
      await eventually(() =>
        admin.get('x').then(
          () => false,
          (error: Error) => error.message.startsWith('BUSY'),
        ),
      );
    },
    end: (admin) => admin.script('KILL'),
  },
  LOADING: {
    // Each key takes its time, and an answer comes between any two: none is packed below the interval.
    config: {
      ...{ 'enable-debug-command': 'yes', rdbcompression: 'no' },
      'loading-process-events-interval-bytes': '1024',
    },
    async begin(admin, server) {
      await admin.mset(Array.from({ length: 400 }, (_, n) => [`filler:${n}`, 'x'.repeat(2_000)]).flat());
      await admin.config('SET', 'key-load-delay', '100000');
      const loader = new Redis(server.url);
      open.push(() => loader.disconnect());
      loader.call('DEBUG', 'RELOAD').catch(() => {});
      await eventually(() =>
        admin.get('x').then(
          () => false,
          (error: Error) => error.message.startsWith('LOADING'),
        ),
      );
    },
    end: async (admin) => {
      await admin.config('SET', 'key-load-delay', '0');
      await eventually(
        () =>
          admin.get('x').then(
            () => true,
            () => false,
          ),
        Boolean,
        { within: 30_000 },
      );
    },
  },
  'NOPERM for scripts': {
    begin: (admin) => admin.acl('SETUSER', 'default', '-evalsha', '-eval'),
    end: (admin) => admin.acl('SETUSER', 'default', '+@all'),
  },
  'NOPERM within scripts': {
    begin: (admin) => admin.acl('SETUSER', 'default', '-@write'),
    end: (admin) => admin.acl('SETUSER', 'default', '+@all'),
  },
  'NOPERM for signals': {
    begin: (admin) => admin.acl('SETUSER', 'default', '-subscribe'),
    end: (admin) => admin.acl('SETUSER', 'default', '+@all'),
    serves: true,
  },
  MISCONF: {
    config: { save: '3600 1', dbfilename: 'refused.rdb' },
    async begin(admin) {
      const dump = await dumpOf(admin);
      mkdirSync(dump);
      writeFileSync(join(dump, 'in-the-way'), '');
      await admin.bgsave();
      await eventually(async () => (await admin.info('persistence')).includes('rdb_last_bgsave_status:err'));
    },
    async end(admin) {
      rmSync(await dumpOf(admin), { recursive: true });
      await admin.config('SET', 'stop-writes-on-bgsave-error', 'no');
    },
  },
  CLUSTERDOWN: {
    config: { 'cluster-enabled': 'yes' },
    async prepare(admin) {
      await admin.cluster('ADDSLOTSRANGE', 0, 16_383);
      await eventually(async () => (await admin.cluster('INFO')).includes('cluster_state:ok'));
    },
    begin: (admin) => admin.cluster('DELSLOTS', 0),
    end: (admin) => admin.cluster('ADDSLOTS', 0),
  },
};

describe.each(Object.entries(REFUSALS))('a Redis that answers %s', (_, refusal) => {
  it('ends no process, whether the line stood or was waited for', { timeout: 90_000 }, async () => {
    const server = await startTestRedis({ config: refusal.config ?? {} });
    open.push(() => server.stop());
    // Connected by a user of its own, so that what is taken from the default user is not taken from us.
    const setUp = new Redis(server.url);
    await setUp.acl('SETUSER', 'admin', 'on', 'nopass', '~*', '&*', '+@all');
    setUp.disconnect();
    const admin = new Redis(server.port, '127.0.0.1', { username: 'admin', password: 'x' });
    open.push(() => admin.disconnect());
    await refusal.prepare?.(admin);
    const schedules = await mkdtemp(join(tmpdir(), 'carillon-refusals-'));
    open.push(() => rm(schedules, { recursive: true, force: true }));
    const env = { CARILLON_REDIS_URL: server.url, CARILLON_LOG_FORMAT: 'json' };
    const node = processes.carillon(['start', '--port', '0', '--schedules', schedules], { env });
    const worker = processes.carillon(['worker', HANDLERS], { env });
    const url = (await node.line(/(http:\/\/127\.0\.0\.1:\d+)/))[1] ?? '';
    const enqueue = (): Promise<Response> =>
      fetch(`${url}/v1/tasks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ handler: 'note', payload: 'x' }),
      });
    await completed(url, enqueue);
    // A node that cannot begin may end; one that takes part must not.
    await eventually(
      () => fetch(`${url}/readyz`),
      ({ status }) => status === 200,
      { within: 20_000 },
    );

    await refusal.begin(admin, server);
    const meanwhile = (): Promise<void> => (refusal.serves ? completed(url, enqueue) : refused(enqueue));
    await meanwhile();
    // Now calls wait for the line, and are refused when it is there.
    for (let round = 0; round < 3; round += 1) {
      await admin.client('KILL', 'USER', 'default').catch(() => {});
      await meanwhile();
    }
    await refusal.end(admin, server);

    await completed(url, enqueue);
    expect([alive(node), alive(worker)]).toEqual([true, true]);
  });
});

function alive({ pid, output }: TestProcess): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    throw new Error(`ended:\n${output}`);
  }
}

async function refused(enqueue: () => Promise<Response>): Promise<void> {
  const response = await enqueue();
  const text = await response.text();
  expect({ status: response.status, text }).toMatchObject({ status: 503 });
  expect(response.headers.get('retry-after')).not.toBeNull();
  // What Redis said is for the log.
  expect(text).not.toMatch(/NOPERM|ACL|command|user /i);
}

/** A task is taken, and the worker runs it. */
async function completed(url: string, enqueue: () => Promise<Response>): Promise<void> {
  const created = await eventually(enqueue, ({ status }) => status === 201, { within: 20_000 });
  const { id } = (await created.json()) as { id: string };
  await eventually(
    async () => ((await (await fetch(`${url}/v1/tasks/${id}`)).json()) as { state: string }).state,
    (state) => state === 'completed',
    { within: 20_000, what: 'the run of a task' },
  );
}
