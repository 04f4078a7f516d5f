/** A redis-server of the benchmark's own: fresh for every measurement, gone with the process that started it. */

import { createServer } from 'node:net';
import Redis from 'ioredis';
import { guarded } from './guard.mjs';
import { makeFolder, removeFolder } from './scratch.mjs';

export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The same settings for both sides: TCP on loopback, no persistence unless `aof`. */
export async function startRedis({ aof = false } = {}) {
  const dir = makeFolder();
  const port = await freePort();
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
  settings.push('--appendonly', aof ? 'yes' : 'no', '--appendfsync', 'everysec');
  const server = await guarded('redis-server', settings.map(String));
  const control = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: 100 });
  control.on('error', () => {});
  await control.ping().catch(() => {
    throw new Error('redis-server did not start; is it on the PATH?');
  });

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    /** User plus system time of the server process so far, ms. */
    async cpuMs() {
      const info = await fields(control, 'cpu');
      return (Number(info.used_cpu_user) + Number(info.used_cpu_sys)) * 1000;
    },
    async usedMemory() {
      return Number((await fields(control, 'memory')).used_memory);
    },
    /** Notes nothing of what it did: neither slow commands nor how long each took. */
    async forgetful() {
      await control.config('SET', 'slowlog-max-len', 0, 'latency-tracking', 'no');
    },
    /** Of the nodes of a cluster this one looks for alerts, until the end: its name stands where nodes ask who does. */
    async looksForAlerts(name) {
      const ids = await control.hkeys('{bench}:nodes');
      const id = ids.find((one) => one.startsWith(`${name}~`));
      await control.set('{bench}:answer:alerts', id, 'PX', 600_000);
    },
    /** From now on every command slower than 1 ms is noted; `slowest` answers the longest, ms. */
    async watchSlow() {
      await control.config('SET', 'slowlog-log-slower-than', 1000, 'slowlog-max-len', 10_000);
      await control.slowlog('RESET');
    },
    async slowest() {
      const entries = await control.slowlog('GET', 10_000);
      return Math.max(0, ...entries.map(([, , micros]) => micros)) / 1000;
    },
    async version() {
      return (await fields(control, 'server')).redis_version;
    },
    async stop() {
      control.disconnect();
      await server.stop();
      removeFolder(dir);
    },
  };
}

async function fields(control, section) {
  const info = {};
  for (const line of (await control.info(section)).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) info[line.slice(0, colon)] = line.slice(colon + 1);
  }
  return info;
}
