/** `command.run` on the road: how a program is run and ended, and that nothing is left of it, whatever happens. */

import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Client,
  type CommandRun,
  type CommandRunOptions,
  commandRun,
  type Task,
} from '../../src/index.js';
import { house } from '../support/house.js';
import { family, Roll } from '../support/roll.js';

const NODE = process.execPath;
const ONCE = { retry: { maxAttempts: 1 } } as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program of the test's folder. */
function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

async function worker(options: CommandRunOptions, more: object = {}): Promise<Client> {
  const { client, work } = house();
  await work({ 'command.run': commandRun(options) }, more);
  return client;
}

async function ended(client: Client, payload: unknown, options: object = ONCE): Promise<Task> {
  const { id } = await client.enqueue('command.run', payload, options);
  return client.wait(id, '30s');
}

/** What a Node program that is run as a command does. */
const run = (code: string, more: Partial<CommandRun> = {}): CommandRun => ({
  command: NODE,
  args: ['-e', code],
  ...more,
});

describe('a command', () => {
  it('runs with its arguments as they are, and what it prints is the log of its task', async () => {
    const client = await worker({ allow: [NODE] });
    const code = "console.log(JSON.stringify(process.argv.slice(1))); console.error('and', 'more')";
    const words = [
      '$(id)',
      '`id`',
      '; id',
      '&& id',
      '| id',
      '> x',
      '*',
      '~',
      'a b',
      '"',
      "'",
      '',
      '-x',
      '\\n',
      'ä€\n2',
    ];
    const task = await ended(client, run(code, { args: ['-e', code, '--', ...words] }));
    expect(task).toMatchObject({ state: 'completed', result: { exitCode: 0 } });
    const { items } = await client.logs(task.id);
    expect(items.map(({ level, message }) => [level, message])).toEqual(
      expect.arrayContaining([
        ['info', JSON.stringify(words)],
        ['warn', 'and more'],
      ]),
    );
    expect((task.result as { output: string }).output.split('\n').sort()).toEqual(
      [JSON.stringify(words), 'and more'].sort(),
    );
  });

  it('gets what it is to read, its directory and its variables, and little else', async () => {
    process.env['CARILLON_REDIS_URL'] = 'redis://user:password@host';
    process.env['HANDED_ON'] = 'yes';
    try {
      const client = await worker({
        allow: [{ command: NODE, cwd: folder, env: ['REGION'], pass: ['HANDED_ON'] }],
      });
      const code =
        'process.stdin.pipe(process.stdout); process.stdin.on("end", () => console.log(JSON.stringify([process.cwd(), process.env])))';
      const task = await ended(client, run(code, { stdin: 'read me\n', env: { REGION: 'eu' } }));
      const [read, facts = ''] = (task.result as { output: string }).output.split('\n');
      expect(read).toBe('read me');
      const [cwd, env] = JSON.parse(facts) as [string, Record<string, string>];
      expect(cwd).toBe(folder);
      expect(env).toMatchObject({
        REGION: 'eu',
        HANDED_ON: 'yes',
        CARILLON_TASK_ID: task.id,
        CARILLON_ATTEMPT: '1',
      });
      expect(env).toHaveProperty('PATH');
      expect(JSON.stringify(env)).not.toContain('password');
      expect(Object.keys(env).filter((name) => /^(?:REDIS|VITEST|npm_|NODE_)/.test(name))).toEqual([]);
    } finally {
      delete process.env['CARILLON_REDIS_URL'];
      delete process.env['HANDED_ON'];
    }
  });

  it('without anything to read has nothing to wait for', async () => {
    const client = await worker({ allow: ['/bin/cat'] });
    expect(await ended(client, { command: '/bin/cat' })).toMatchObject({
      state: 'completed',
      result: { output: '' },
    });
    // One that does not read what it is given.
    const other = await worker({ allow: ['/bin/true'] });
    expect((await ended(other, { command: '/bin/true', stdin: 'x'.repeat(500_000) })).state).toBe(
      'completed',
    );
  });

  it('with another exit code than 0 fails its attempt with the code and its last lines', async () => {
    const client = await worker({ allow: [NODE] });
    const task = await ended(
      client,
      run("for (let i = 1; i <= 30; i++) console.log('line', i); process.exitCode = 3"),
      {
        retry: { delays: ['10ms'] },
      },
    );
    expect(task).toMatchObject({ state: 'dead', failures: 2, error: { code: 3 } });
    const lines = Array.from({ length: 20 }, (_, n) => `line ${n + 11}`).join('\n');
    expect(task.error?.message).toBe(`${NODE} ended with exit code 3; its last lines:\n${lines}`);
  });

  it('that a signal ends says which', async () => {
    const client = await worker({ allow: [NODE] });
    const task = await ended(client, run("process.kill(process.pid, 'SIGKILL')"));
    expect(task.error).toMatchObject({ message: `${NODE} ended by SIGKILL`, code: 'SIGKILL' });
  });

  it('that cannot be started fails its attempt in words', async () => {
    const plain = join(folder, 'plain');
    writeFileSync(plain, 'no program');
    const client = await worker({ allow: [join(folder, 'none'), plain, folder] });
    for (const [command, code] of [
      [join(folder, 'none'), 'ENOENT'],
      [plain, 'EACCES'],
      [folder, 'EACCES'],
    ] as const) {
      const task = await ended(client, { command });
      expect(task.error?.message).toBe(`${command} cannot be started: spawn ${command} ${code}`);
    }
    const task = await ended(client, { command: plain, cwd: join(folder, 'none') }, {});
    expect(task).toMatchObject({ state: 'dead', failures: 1 });
    expect(task.error?.message).toBe(
      'The payload does not fit command.run: /cwd is no directory on this machine',
    );
  });

  it('that prints without end holds up nobody, and its last lines arrive', async () => {
    const client = await worker({ allow: [NODE] });
    const code = "for (let i = 0; i < 200000; i++) console.log('line', i)";
    const task = await ended(client, run(code));
    expect(task.state).toBe('completed');
    const { items } = await client.logs(task.id, { limit: 500 });
    expect(items).toHaveLength(500);
    expect(items.at(-1)?.message).toBe('line 199999');
    expect((task.result as { output: string }).output.split('\n').at(-1)).toBe('line 199999');
  });
});

describe('what is not on the list', () => {
  it('does not run, however it is asked for', async () => {
    const trace = join(folder, 'trace');
    const evil = script('evil', `#!/bin/sh\necho ran >> ${trace}\n`);
    script('date', `#!/bin/sh\necho ran >> ${trace}\n`);
    const library = script('evil.js', `require('fs').appendFileSync(${JSON.stringify(trace)}, 'ran')`);
    const good = script('good', '#!/bin/sh\nexit 0\n');
    const client = await worker({
      allow: [
        good,
        '/usr/bin/date',
        { command: '/bin/echo', args: ['hello', '*'] },
        { command: NODE, args: ['--version'] },
      ],
    });
    const payloads: unknown[] = [
      { command: evil },
      { command: './evil', cwd: folder },
      { command: 'evil', cwd: folder },
      { command: 'date', cwd: folder, env: { PATH: folder } },
      { command: 'date', cwd: folder },
      { command: '/usr/bin/date', env: { PATH: folder } },
      { command: '/usr/bin/date', env: { LD_PRELOAD: evil } },
      { command: '/usr/bin/date', env: { ld_preload: evil } },
      { command: `${folder}/x/../evil` },
      { command: `${good}/../evil` },
      { command: `${good}; ${evil}` },
      { command: `${good}\n${evil}` },
      { command: `${good} `, args: [] },
      { command: `${good}\0${evil}` },
      { command: [good, evil] },
      { command: '/bin/sh', args: ['-c', evil] },
      { command: '/usr/bin/env', args: [evil] },
      { command: good, shell: true },
      { command: good, shell: '/bin/sh', args: [`; ${evil}`] },
      { command: good, argv0: evil },
      { command: good, env: { BASH_ENV: evil, ENV: evil } },
      { command: good, env: { 'BASH_FUNC_exit%%': `() { ${evil}; }` } },
      { command: '/bin/echo', args: [`$(${evil})`] },
      { command: '/bin/echo', args: ['hello', 'x', `; ${evil}`] },
      { command: '/bin/echo', args: ['hello', '-e'] },
      { command: NODE, args: ['-r', library, '--version'] },
      { command: NODE, args: [library] },
      { command: NODE, args: ['--version'], env: { NODE_OPTIONS: `-r ${library}` } },
      { command: NODE, args: ['--version'], env: { REGION: 'eu' } },
      { args: [evil] },
      evil,
      null,
    ];
    const made = await client.enqueueMany(payloads.map((payload) => ({ handler: 'command.run', payload })));
    const tasks = await Promise.all(made.map(({ id }) => client.wait(id)));
    for (const [at, task] of tasks.entries()) {
      const what = JSON.stringify(payloads[at]);
      expect(task, what).toMatchObject({ state: 'dead', failures: 1, attempt: 1 });
      expect(task.error?.message, what).toMatch(
        /^This worker does not allow command\.run|^The payload does not fit/,
      );
    }
    expect(existsSync(trace)).toBe(false);
    // And these are no harm, because nobody makes anything of them.
    for (const payload of [
      { command: '/bin/echo', args: ['hello', `$(${evil})`] },
      { command: good, args: [`; ${evil}`, `$(${evil})`, `\`${evil}\``, `| ${evil}`] },
    ])
      expect((await ended(client, payload)).state).toBe('completed');
    expect(existsSync(trace)).toBe(false);
  });
});

describe('the end of a command', () => {
  let roll: Roll;
  beforeEach(async () => {
    roll = await new Roll().open();
  });
  afterEach(() => roll.close());

  it.each([
    ['heeds SIGTERM', false],
    ['does not heed it', true],
  ])(
    'that %s takes everything that it has started along, when its task is cancelled',
    async (_what, stubborn) => {
      const client = await worker({ allow: [NODE], grace: stubborn ? '200ms' : '30s' });
      const { id } = await client.enqueue('command.run', run(family(roll, { stubborn })));
      await roll.present(3);
      await client.cancel(id);
      await roll.gone();
      expect((await client.wait(id)).state).toBe('cancelled');
    },
  );

  it('comes with its own timeout, and with that of its task', async () => {
    const client = await worker({ allow: [NODE] });
    const own = await ended(client, run(family(roll, { below: 0 }), { timeout: '1s' }));
    expect(own.attempts[0]).toMatchObject({
      outcome: 'failed',
      error: { message: `${NODE} ran longer than 1s` },
    });
    const tasks = await ended(client, run(family(roll, { below: 0 })), { ...ONCE, timeout: '1s' });
    expect(tasks.attempts[0]).toMatchObject({ outcome: 'timeout' });
    await roll.gone();
  });

  it('comes with the end of its worker, and its task runs elsewhere', async () => {
    const { client, work } = house();
    const first = await work({ 'command.run': commandRun({ allow: [NODE] }) }, { drain: '0ms' });
    const { id } = await client.enqueue('command.run', run(family(roll)));
    await roll.present(3);
    await first.stop();
    await roll.gone();
    expect(await client.get(id)).toMatchObject({ state: 'ready', failures: 0 });
  });

  it('is that of what it left in the background, and the log says so', async () => {
    const client = await worker({ allow: ['/bin/sh'], grace: '200ms' });
    // The one in the background has reported when the one in front ends.
    const front = `require('net').connect(${roll.port}, '127.0.0.1').on('data', () => process.exit(0))`;
    const words = [
      '-c',
      '"$0" -e "$1" & echo begun; exec "$0" -e "$2"',
      NODE,
      family(roll, { stubborn: true, below: 0 }),
      front,
    ];
    const other = await client.enqueue('command.run', { command: '/bin/sh', args: words }, ONCE);
    await roll.present(2);
    roll.tell();
    await roll.gone();
    const task = await client.wait(other.id);
    expect(task.state).toBe('completed');
    const { items } = await client.logs(task.id);
    expect(items.map(({ message }) => message)).toEqual([
      'begun',
      '/bin/sh left processes behind when it had ended; they were ended, too',
    ]);
  });
});
