/** A redis-server whose instructions are counted by callgrind: a figure that does not depend on what else the machine does. */

import { spawn } from 'node:child_process';
import Redis from 'ioredis';
import { freePort } from './redis.mjs';
import { makeFolder, removeFolder } from './scratch.mjs';

const VALGRIND = ['--tool=callgrind', '--callgrind-out-file=/dev/null'];

/** `stop` answers how many instructions the server has run, from its start to its end. */
export async function startCountedRedis() {
  const dir = makeFolder();
  const port = await freePort();
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no'];
  const server = spawn('valgrind', [...VALGRIND, 'redis-server', ...settings.map(String)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  let said = '';
  server.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const gone = new Promise((resolve, reject) => {
    server.once('error', () => reject(new Error('valgrind is not on the PATH: apt-get install valgrind')));
    server.once('exit', resolve);
  });
  const control = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 100, maxRetriesPerRequest: 300 });
  control.on('error', () => {});
  await Promise.race([control.ping(), gone]);
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      control.disconnect();
      server.kill('SIGTERM');
      await gone;
      process.off('exit', kill);
      removeFolder(dir);
      const [, collected] = /Collected : (\d+)/.exec(said) ?? [];
      if (!collected) throw new Error(`callgrind counted nothing:\n${said}`);
      return Number(collected);
    },
  };
}
