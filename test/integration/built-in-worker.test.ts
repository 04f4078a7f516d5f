/** Processes with the built-in handlers: crontab lines and HTTP crons that run without anybody writing a worker. */

import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { type HttpSink, startSink } from '../support/http-sink.js';
import { family, Roll } from '../support/roll.js';
import { onScene } from '../support/scene.js';

const on = onScene();
const NODE = process.execPath;
const ONCE = { retry: { maxAttempts: 1 } } as const;

let sink: HttpSink;
let roll: Roll;
beforeEach(async () => {
  sink = await startSink((_, response) => response.end('pong'));
  roll = await new Roll().open();
});
afterEach(async () => {
  roll.close();
  await sink.stop();
});

/** A worker, once it takes tasks. */
async function worker(words: string[], env: Record<string, string> = {}) {
  const started = on.carillon(['worker', ...words], env);
  await started.line(/the worker takes tasks/);
  return started;
}

describe('a worker without a module', () => {
  it('has the built-in handlers, on the queue default, and runs what it was allowed', async () => {
    const config = {
      commandAllow: ['/bin/echo', { command: NODE, args: ['-e', '*'], env: ['NAME'], pass: ['KEPT'] }],
    };
    on.write('carillon.config.json', JSON.stringify(config));
    await worker(['--http-allow', `127.0.0.1:${sink.port},example.com:443`], {
      CARILLON_HTTP_SECRET_MY_SHOP: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      KEPT: 'kept',
      NOT_KEPT: 'no',
    });
    const [own] = await on.client.workers.list();
    expect(own).toMatchObject({ handlers: ['http.request', 'command.run'], queues: ['default'] });
    const code =
      'console.log(process.env.NAME, process.env.KEPT, process.env.NOT_KEPT, process.env.CARILLON_REDIS_URL)';
    const made = await on.client.enqueueMany([
      { handler: 'command.run', payload: { command: '/bin/echo', args: ['hello', '$HOME'] } },
      { handler: 'command.run', payload: { command: NODE, args: ['-e', code], env: { NAME: 'Ada' } } },
      { handler: 'http.request', payload: { url: `http://127.0.0.1:${sink.port}/ping`, secret: 'my-shop' } },
    ]);
    const [echo, facts, ping] = await Promise.all(made.map(({ id }) => on.client.wait(id)));
    expect(echo).toMatchObject({ state: 'completed', result: { exitCode: 0, output: 'hello $HOME' } });
    expect(facts?.result).toMatchObject({ output: 'Ada kept undefined undefined' });
    expect(ping).toMatchObject({ state: 'completed', result: { status: 200, body: 'pong' } });
    expect(sink.received[0]?.headers).toMatchObject({
      'webhook-id': ping?.id,
      'webhook-signature': expect.stringMatching(/^v1,/),
    });
  });

  it('refuses everything unless told otherwise, at once and in words', async () => {
    await worker([]);
    const made = await on.client.enqueueMany([
      { handler: 'command.run', payload: { command: '/bin/echo' } },
      { handler: 'http.request', payload: { url: `http://127.0.0.1:${sink.port}/` } },
    ]);
    const [echo, ping] = await Promise.all(made.map(({ id }) => on.client.wait(id)));
    for (const task of [echo, ping])
      expect(task).toMatchObject({ state: 'dead', attempt: 1, error: { code: 'forbidden' } });
    expect(echo?.error?.message).toContain('--command-allow /bin/echo');
    expect(ping?.error?.message).toContain(`--http-allow 127.0.0.1:${sink.port}`);
    expect(sink.connections).toBe(0);
  });

  it('goes through no proxy that its environment names', async () => {
    const proxy = await startSink();
    const url = `http://127.0.0.1:${proxy.port}`;
    const variables = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];
    const env = Object.fromEntries(variables.map((name) => [name, url]));
    await worker(['--http-allow', `localhost:${sink.port}`], { ...env, NODE_USE_ENV_PROXY: '1' });
    const { id } = await on.client.enqueue('http.request', { url: `http://localhost:${sink.port}/` }, ONCE);
    expect((await on.client.wait(id)).state).toBe('completed');
    expect([sink.received.length, proxy.connections]).toEqual([1, 0]);
    await proxy.stop();
  });

  it('speaks TLS with whom a certificate vouches for, by the name that was asked for', async () => {
    const pem = fileURLToPath(new URL('./fixtures/self-signed.pem', import.meta.url));
    const secure = await startSink(undefined, { pem: readFileSync(pem, 'utf8') });
    const place = `:${secure.port}`;
    await worker(['--http-allow', `localhost${place},127.0.0.1${place}`], { NODE_EXTRA_CA_CERTS: pem });
    const asked = ['localhost', '127.0.0.1'].map((host) => ({
      ...{ handler: 'http.request', payload: { url: `https://${host}${place}/${host}` } },
      ...ONCE,
    }));
    const made = await on.client.enqueueMany(asked);
    const [named, other] = await Promise.all(made.map(({ id }) => on.client.wait(id)));
    expect(named).toMatchObject({ state: 'completed' });
    expect(other).toMatchObject({ state: 'dead', error: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
    expect(secure.received.map(({ url }) => url)).toEqual(['/localhost']);
    await secure.stop();
  });

  it('says what of its lists is wrong, all of it, and never a secret', async () => {
    on.write(
      'carillon.config.yaml',
      'commandAllow:\n  - /usr/bin/../bin/sh\n  - { command: /bin/ls, arg: [] }\n',
    );
    const { stderr, code } = await (async () => {
      const started = on.carillon(['worker', '--http-allow', 'example.com,*:80'], {
        CARILLON_HTTP_SECRET_A: 'hunter2',
      });
      return { ...(await started.ended), stderr: started.stderr };
    })();
    expect(code).toBe(78);
    expect(stderr).toContain('--http-allow: 1: must be host:port, such as');
    expect(stderr).toContain('--http-allow: 2: must be host:port, such as');
    expect(stderr).toContain('carillon.config.yaml:1:1: 1: must be an absolute path');
    expect(stderr).toContain('carillon.config.yaml:1:1: 2.arg: is not a known key');
    expect(stderr).toContain('CARILLON_HTTP_SECRET_A: must be whsec_');
    expect(stderr).not.toContain('hunter2');
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'leaves nothing behind of a command, ended by %s',
    async (signal) => {
      const started = await worker(['--command-allow', NODE, '--drain', '0ms']);
      await on.client.enqueue('command.run', {
        command: NODE,
        args: ['-e', family(roll, { stubborn: signal === 'SIGKILL' })],
      });
      await roll.present(3);
      started.kill(signal);
      await started.exited;
      await roll.gone();
    },
  );

  it('leaves nothing behind of a command that does not heed SIGTERM, stopped twice', async () => {
    const started = await worker(['--command-allow', NODE]);
    await on.client.enqueue('command.run', { command: NODE, args: ['-e', family(roll, { stubborn: true })] });
    await roll.present(3);
    started.kill('SIGTERM');
    await started.line(/waiting for 1 running task/);
    started.kill('SIGTERM');
    await started.exited;
    await roll.gone();
  });
});

describe('a worker with a module', () => {
  beforeEach(() => on.write('own.mjs', "export default { own: () => 'own' };"));

  it('has the built-in handlers that it was allowed something for, and no others', async () => {
    await worker(['own.mjs', '--command-allow', '/bin/echo']);
    const [own] = await on.client.workers.list();
    expect(own?.handlers).toEqual(['own', 'command.run']);
    const { id } = await on.client.enqueue('command.run', { command: '/bin/echo', args: ['hello'] });
    expect((await on.client.wait(id)).result).toMatchObject({ output: 'hello' });
  });

  it('runs its own handler of such a name, and is refused where that would be allowed something', async () => {
    on.write('mine.mjs', "export default { 'command.run': () => 'mine' };");
    await worker(['mine.mjs']);
    const { id } = await on.client.enqueue('command.run', { command: '/bin/echo' });
    expect((await on.client.wait(id)).result).toBe('mine');
    const other = on.carillon(['worker', 'mine.mjs', '--command-allow', '/bin/echo']);
    expect((await other.ended).code).toBe(78);
    expect(other.stderr).toContain('the module has a handler command.run of its own');
  });
});

describe('a crontab and a list of URLs', () => {
  const files = (): string => `version: 1
defaults: { timezone: UTC, catchUp: { policy: none } }
schedules:
  backup:
    handler: command.run
    payload: { command: ${NODE}, args: ["-e", "console.log('backed up')"] }
    cron: "* * * * * *"
  ping:
    handler: http.request
    payload: { url: "http://127.0.0.1:${sink.port}/ping", method: POST, body: { from: cron } }
    cron: "* * * * * *"
`;

  it('run with carillon start and carillon worker, without a line of code', async () => {
    mkdirSync(on.path('schedules'));
    on.write('schedules/crontab.yaml', files());
    const node = on.carillon(['start', '--port', '0']);
    const [, url = ''] = await node
      .line(/the API listens.*url=(http\S+)|"url":"(http[^"]+)"/)
      .then((match) => [match[0], match[1] ?? match[2]]);
    await worker(['--command-allow', NODE, '--http-allow', `127.0.0.1:${sink.port}`]);
    const { items } = await eventually(
      () => on.client.list({ state: 'completed' }),
      ({ items: all }) => new Set(all.map(({ handler }) => handler)).size === 2,
      { within: 30_000 },
    );
    const backup = items.find(({ handler }) => handler === 'command.run');
    expect(backup).toMatchObject({
      result: { exitCode: 0, output: 'backed up' },
      schedule: { id: 'backup' },
    });
    expect(sink.received[0]).toMatchObject({ method: 'POST', url: '/ping', body: '{"from":"cron"}' });
    const logs = on.carillon(['tasks', 'logs', backup?.id ?? '', '--url', url]);
    expect((await logs.ended).code).toBe(0);
    expect(logs.stdout).toContain('backed up');
  });

  it('run as carillon import makes a schedule file of them', async () => {
    const lines = [
      'SHELL=/bin/sh',
      'PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin',
      'REGION=eu',
      "* * * * * /bin/echo 'backed up'  > /dev/null 2>&1",
      '* * * * * cd /usr/ && /usr/bin/env',
      '* * * * * /bin/cat%read me%and me',
      '* * * * * LD_PRELOAD=/tmp/x.so /bin/echo never',
      '* * * * * /bin/echo piped | /bin/cat',
    ];
    on.write('crontab', `${lines.join('\n')}\n`);
    const imported = on.carillon(['import', 'crontab', 'crontab']);
    expect((await imported.ended).code, imported.stderr).toBe(0);
    expect(imported.stderr).toContain('LD_PRELOAD: a worker lets a payload set it only where');
    mkdirSync(on.path('schedules'));
    on.write('schedules/crontab.yaml', imported.stdout);
    const node = on.carillon(['start', '--port', '0']);
    await node.line(/the schedule files are in force/);
    await worker(['--command-allow', '/bin/echo,/bin/cat,/usr/bin/env']);
    const ids = [...imported.stdout.matchAll(/^ {2}([a-z][\w-]*):$/gm)].map(([, id = '']) => id);
    expect(ids).toHaveLength(5);
    const made = await Promise.all(ids.map((id) => on.client.schedules.trigger(id, { overlap: 'allow' })));
    const tasks = await Promise.all(made.map(({ id }) => on.client.wait(id)));
    expect(tasks.map(({ state }) => state)).toEqual(['completed', 'completed', 'completed', 'dead', 'dead']);
    const [echo, env, cat, preload, shell] = tasks;
    expect(echo?.result).toEqual({ exitCode: 0, output: 'backed up' });
    expect(String((env?.result as CommandResult | undefined)?.output).split('\n')).toEqual(
      expect.arrayContaining([lines[1], 'REGION=eu']),
    );
    expect(cat?.result).toEqual({ exitCode: 0, output: 'read me\nand me' });
    expect(preload?.error?.message).toContain('with the variable LD_PRELOAD');
    expect(shell?.error?.message).toContain('command.run to run /bin/sh');
  });

  it('run with carillon dev, which says how to allow what it refuses', async () => {
    mkdirSync(on.path('schedules'));
    on.write('schedules/crontab.yaml', files());
    on.write('own.mjs', "export default { own: () => 'own' };");
    const refusing = on.carillon(['dev', 'own.mjs', '--port', '0']);
    await refusing.line(
      /^schedule backup: This worker does not allow command\.run to run .*--command-allow \//,
    );
    await refusing.line(
      /^schedule ping: This worker does not allow http\.request to reach .*--http-allow 127\.0\.0\.1:\d+ /,
    );
    await refusing.line(/^This worker does not allow command\.run to run .*--command-allow \//);
    expect(refusing.output).toContain('Handlers: own, http.request, command.run');
    await refusing.stop();
    expect(sink.connections).toBe(0);

    const allowing = on.carillon([
      'dev',
      'own.mjs',
      '--port',
      '0',
      '--command-allow',
      NODE,
      '--http-allow',
      `127.0.0.1:${sink.port}`,
    ]);
    await allowing.line(/command\.run +completed .*"exitCode":0/);
    await allowing.line(/http\.request +completed .*"status":200/);
    expect(allowing.output).not.toContain('does not allow');
  });
});
