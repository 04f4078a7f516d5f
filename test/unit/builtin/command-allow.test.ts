/** The list of programs: what an entry may be, and that nothing outside it gets through, however it is asked for. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AllowedCommand, commandEntry } from '../../../src/builtin/command-allow.js';
import { environmentOf } from '../../../src/builtin/command-environment.js';
import { admittedCommand } from '../../../src/builtin/command-run.js';
import type { FieldProblem } from '../../../src/domain/input/readers.js';
import { isSettable } from '../../../src/domain/task/command-variables.js';
import { Fatal } from '../../../src/index.js';

function problemsOf(entry: unknown): string[] {
  const problems: FieldProblem[] = [];
  commandEntry(entry, [], problems);
  return problems.map(({ path, detail }) => `${path.join('/')} ${detail}`);
}

/** Null: it may run; else what it is told. */
function told(list: readonly (string | AllowedCommand)[], payload: unknown): string | null {
  const entries = list.map((one) => {
    const entry = commandEntry(one, [], []);
    if (!entry) throw new Error(`no entry: ${JSON.stringify(one)}`);
    return entry;
  });
  try {
    admittedCommand(payload, entries);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(Fatal);
    return (error as Error).message;
  }
}

describe('an entry', () => {
  it.each([
    '/usr/bin/rsync',
    '/opt/my tools/run,now',
    { command: '/usr/bin/rsync' },
    { command: '/usr/bin/rsync', args: [], cwd: '/srv', env: ['TZ'], pass: ['PGPASSWORD'] },
    { command: '/usr/bin/printf', args: ['', '*', '--date=*'] },
  ])('may be %j', (entry) => expect(problemsOf(entry)).toEqual([]));

  it.each([
    ...[
      'rsync',
      './rsync',
      '/usr/bin/../bin/rsync',
      '/usr//bin/rsync',
      '/usr/bin/',
      '/',
      '',
      '~/run',
      '/usr/bin/./rsync',
    ],
    '/usr/bin/rsync\n',
    {},
    { command: 'rsync' },
    { command: '/usr/bin/rsync', arguments: [] },
    { command: '/usr/bin/rsync', args: 'a b' },
    { command: '/usr/bin/rsync', env: ['A=B'] },
    { command: '/usr/bin/rsync', cwd: 'srv' },
    5,
    null,
  ])('may not be %j', (entry) => expect(problemsOf(entry)).not.toEqual([]));
});

describe('a program', () => {
  it('that nobody allowed does not run, and it is said how to allow it', () => {
    expect(told([], { command: '/usr/bin/rsync' })).toBe(
      'This worker does not allow command.run to run /usr/bin/rsync. To allow it, start the worker with --command-allow /usr/bin/rsync (CARILLON_COMMAND_ALLOW, commandAllow)',
    );
  });

  it.each([
    'date',
    './date',
    'bin/date',
    '../usr/bin/date',
    '/usr/bin/./date',
    '/usr/bin/../bin/date',
    '/usr/local/../bin/date',
    '//usr/bin/date',
    '/usr/bin//date',
    '/usr/bin/date/',
    '/usr/bin/date\0',
    '/usr/bin/date\n',
    ' /usr/bin/date',
    '/usr/bin/date ',
    '/USR/BIN/DATE',
    '/usr/bin/date -u',
    '/usr/bin/date; id',
    '/usr/bin/dates',
    '/usr/bin/dat',
    '/usr/bin',
    '/bin/date',
    '/bin/sh',
    '~/date',
    '$(/usr/bin/date)',
    'file:///usr/bin/date',
    '',
    null,
    ['/usr/bin/date'],
    { toString: '/usr/bin/date' },
  ])('written as %j is not the one on the list', (command) => {
    expect(told(['/usr/bin/date'], { command })).not.toBeNull();
    expect(told([{ command: '/usr/bin/date' }], { command })).not.toBeNull();
  });

  it('of any text but the one on the list is refused', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', '/usr/bin/date', '/usr/bin/'), (text, head) => {
        const command = head + text;
        expect(told(['/usr/bin/date'], { command }) === null).toBe(command === '/usr/bin/date');
      }),
    );
  });

  it('is asked for in a form that is checked', () => {
    const list = ['/usr/bin/date'];
    for (const payload of [null, [], 'x', {}, { command: '/usr/bin/date', shell: true }])
      expect(told(list, payload)).toMatch(/^The payload does not fit command\.run: /);
    const command = '/usr/bin/date';
    for (const wrong of [
      { args: '-u' },
      { args: [1] },
      { args: ['a\0b'] },
      { env: { 'A=B': 'x' } },
      { env: { A: 1 } },
    ])
      expect(told(list, { command, ...wrong })).toMatch(/does not fit command\.run: \/(?:args|env)/);
    for (const wrong of [
      { cwd: 'tmp' },
      { cwd: '/tmp/../etc' },
      { stdin: 5 },
      { timeout: 5 },
      { timeout: '0ms' },
    ])
      expect(told(list, { command, ...wrong })).toMatch(/does not fit command\.run: \/(?:cwd|stdin|timeout)/);
    expect(told(list, { command: 'x', args: 'y', more: 1 })).toMatch(/\/command .*; \/args .*; \/more /);
    // An own key of that name, as JSON brings it.
    expect(told(list, JSON.parse(`{"__proto__":{"command":"/usr/bin/date"}}`))).not.toBeNull();
  });
});

describe('arguments', () => {
  const rsync = { command: '/usr/bin/rsync', args: ['-a', '/srv/*', '*', '--bwlimit=*k'] };
  const asks = (...args: string[]) => told([rsync], { command: rsync.command, args });

  it('are free where an entry says nothing of them', () => {
    expect(told(['/usr/bin/rsync'], { command: '/usr/bin/rsync', args: ['-e', 'x; y', '$(z)'] })).toBeNull();
    expect(told([{ command: '/usr/bin/rsync' }], { command: '/usr/bin/rsync', args: ['x'] })).toBeNull();
    expect(
      told([{ command: '/usr/bin/rsync', args: [] }], { command: '/usr/bin/rsync', args: ['x'] }),
    ).not.toBeNull();
  });

  it('are what the entry says, one for one', () => {
    expect(asks('-a', '/srv/data', 'host:/mnt', '--bwlimit=50k')).toBeNull();
    expect(asks('-a', '/srv/', '', '--bwlimit=k')).toBeNull();
  });

  it.each([
    [[]],
    [['-a', '/srv/data', 'host:/mnt']],
    [['-a', '/srv/data', 'host:/mnt', '--bwlimit=50k', 'more']],
    [['-av', '/srv/data', 'host:/mnt', '--bwlimit=50k']],
    [['-a', '/etc/shadow', 'host:/mnt', '--bwlimit=50k']],
    [['-a', 'x/srv/data', 'host:/mnt', '--bwlimit=50k']],
    [['-a', '/srv/data', '--rsh=sh -c id', '--bwlimit=50k']],
    [['-a', '/srv/data', '-e', '--bwlimit=50k']],
    [['-a', '/srv/data', 'host:/mnt', '--bwlimit=50']],
  ])('%j are not', (args) =>
    expect(asks(...args)).toBe(
      'This worker does not allow command.run to run /usr/bin/rsync with these arguments. Its entry in commandAllow of the worker says what is allowed',
    ),
  );

  it('fit a pattern as a shell would say, without its cost', () => {
    const fits = (pattern: string, arg: string) =>
      told([{ command: '/x', args: [pattern] }], { command: '/x', args: [arg] }) === null;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 8 }),
        fc.array(fc.constantFrom('a', 'b', '-'), { maxLength: 12 }),
        (pattern, arg) => {
          const expression = new RegExp(`^${pattern.join('').replaceAll('*', '.*')}$`);
          const option = pattern[0] === '*' && arg[0] === '-';
          expect(fits(pattern.join(''), arg.join(''))).toBe(!option && expression.test(arg.join('')));
        },
      ),
    );
    expect(fits(`${'a*'.repeat(1_000)}b`, 'a'.repeat(100_000))).toBe(false);
  });
});

describe('a directory', () => {
  it('is free, or the one of the entry', () => {
    const list = [{ command: '/x', cwd: '/srv/app' }];
    expect(told(['/x'], { command: '/x', cwd: '/tmp' })).toBeNull();
    expect(told(list, { command: '/x' })).toBeNull();
    expect(told(list, { command: '/x', cwd: '/srv/app' })).toBeNull();
    expect(told(list, { command: '/x', cwd: '/srv/app/' })).toBeNull();
    expect(told(['/x'], { command: '/x', cwd: '/' })).toBeNull();
    expect(told(list, { command: '/x', cwd: '/' })).not.toBeNull();
    expect(told(list, { command: '/x', cwd: '/tmp' })).toContain('in another directory than /srv/app');
  });
});

describe('variables', () => {
  it.each([
    ...[
      'MAILRC',
      'ZIPOPT',
      'BC_ENV_ARGS',
      'BORG_RSH',
      'BORG_PASSCOMMAND',
      'RCLONE_SFTP_SSH',
      'SSLKEYLOGFILE',
      'LD_PRELOAD',
      'LD_LIBRARY_PATH',
      'ld_preload',
      'DYLD_INSERT_LIBRARIES',
      'PATH',
      'Path',
      'IFS',
      'ENV',
      'BASH_ENV',
    ],
    ...[
      'BASHOPTS',
      'SHELLOPTS',
      'PS4',
      'PROMPT_COMMAND',
      'NODE_OPTIONS',
      'NODE_PATH',
      'NODE_EXTRA_CA_CERTS',
      'npm_config_node_options',
    ],
    ...[
      'PYTHONPATH',
      'PYTHONSTARTUP',
      'PERL5OPT',
      'PERL5LIB',
      'RUBYOPT',
      'RUBYLIB',
      'PHPRC',
      'JAVA_TOOL_OPTIONS',
      '_JAVA_OPTIONS',
    ],
    ...[
      'CLASSPATH',
      'GIT_SSH_COMMAND',
      'GIT_EXTERNAL_DIFF',
      'RSYNC_RSH',
      'EDITOR',
      'VISUAL',
      'PAGER',
      'GIT_PAGER',
      'LESSOPEN',
    ],
    ...[
      'GLIBC_TUNABLES',
      'GCONV_PATH',
      'LOCPATH',
      'MAKEFLAGS',
      'CFLAGS',
      'HOME',
      'XDG_CONFIG_HOME',
      'SHELL',
      'BROWSER',
      'TMPDIR',
    ],
    ...[
      'HTTP_PROXY',
      'https_proxy',
      'ALL_PROXY',
      'CURL_HOME',
      'OPENSSL_CONF',
      'SSL_CERT_FILE',
      'AWS_CONFIG_FILE',
      'KUBECONFIG',
    ],
    ...[
      'DOTNET_STARTUP_HOOKS',
      'SUDO_ASKPASS',
      'SSH_ASKPASS',
      'SSH_AUTH_SOCK',
      'PGSERVICEFILE',
      'PSQLRC',
      'CARILLON_TASK_ID',
    ],
  ])('%s would change what is run, and is not set by a payload', (name) => {
    expect(told(['/x'], { command: '/x', env: { [name]: 'y' } })).toContain(`with the variable ${name}`);
  });

  it.each([
    'GREETING',
    'REGION',
    'TZ',
    'LANG',
    'LC_ALL',
    'PGHOST',
    'PGDATABASE',
    'CUSTOMER_ID',
    'DRY_RUN',
    'GOAL',
    'TERMS',
    'SRC',
    'CONFIG',
    ...['CORRELATION_ID', 'USER_ID', 'MAILTO', 'LESSON', 'MAKE', 'CONTAINER_ID'],
  ])('%s is free where the entry is a path', (name) =>
    expect(told(['/x'], { command: '/x', env: { [name]: 'y' } })).toBeNull(),
  );

  it('of an entry are those that it names', () => {
    expect(told([{ command: '/x' }], { command: '/x', env: { REGION: 'eu' } })).not.toBeNull();
    const named = [{ command: '/x', env: ['REGION', 'NODE_OPTIONS'] }];
    expect(told(named, { command: '/x', env: { REGION: 'eu', NODE_OPTIONS: '' } })).toBeNull();
    expect(told(named, { command: '/x', env: { TZ: 'UTC' } })).toContain('with the variable TZ');
  });

  it('of the worker stay with it, but for those of every login and those handed on', () => {
    const own = {
      PATH: '/bin',
      HOME: '/root',
      LC_ALL: 'C',
      CARILLON_REDIS_URL: 'redis://u:p@h',
      PGPASSWORD: 'x',
      NODE_OPTIONS: '-r x',
    };
    const made = environmentOf({
      own,
      pass: ['PGPASSWORD'],
      task: { CARILLON_TASK_ID: 'a-1' },
      given: { REGION: 'eu' },
    });
    expect(made).toEqual({
      ...{ PATH: '/bin', HOME: '/root', LC_ALL: 'C', PGPASSWORD: 'x', CARILLON_TASK_ID: 'a-1', REGION: 'eu' },
    });
    expect(environmentOf({ own: {}, pass: [], task: {}, given: {} })).toEqual({
      PATH: '/usr/local/bin:/usr/bin:/bin',
    });
  });

  it.each<[string, boolean]>([
    ['/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin', true],
    ['/usr/bin', true],
    ...[
      '',
      ':/usr/bin',
      '/usr/bin:',
      '/usr/bin:/tmp',
      '/tmp:/usr/bin',
      '.',
      'bin',
      '/usr/bin/',
      '/usr/bin/../../tmp',
    ].map((path): [string, boolean] => [path, false]),
  ])('PATH as %j, as crontabs have it: %j', (PATH, may) =>
    expect(told(['/x'], { command: '/x', env: { PATH } }) === null).toBe(may),
  );

  it('have names that every program takes for one', () => {
    expect(isSettable('BASH_FUNC_x%%', 'x')).toBe(false);
    expect(told(['/x'], { command: '/x', env: { 'BASH_FUNC_x%%': '() { id; }' } })).toContain(
      '/env/BASH_FUNC_x%%',
    );
  });
});

describe('a star for what stands below a directory', () => {
  const list = [{ command: '/usr/bin/rsync', args: ['-a', '--log-file=/var/log/*', '/mnt/*'] }];
  const args = (log: string, place: string) => ({ command: '/usr/bin/rsync', args: ['-a', log, place] });

  it.each([
    ['--log-file=/var/log/a', '/mnt/nightly'],
    ['--log-file=/var/log/a..b', '/mnt/...'],
    ['--log-file=/var/log/..a', '/mnt/a../b'],
  ])('takes %s %s', (log, place) => expect(told(list, args(log, place))).toBeNull());

  it.each([
    ['--log-file=/var/log/../../etc/passwd', '/mnt/a'],
    ['--log-file=/var/log/a', '/mnt/..'],
    ['--log-file=/var/log/a', '/mnt/../root/.ssh'],
    ['--log-file=/var/log/a', '/mnt/a/../../root'],
    ['--log-file=/var/log/..', '/mnt/a'],
  ])('does not lead out of it: %s %s', (log, place) => {
    expect(told(list, args(log, place))).toMatch(/with these arguments/);
  });

  it('leads where the pattern itself leads', () => {
    const up = [{ command: '/bin/cat', args: ['../*'] }];
    expect(told(up, { command: '/bin/cat', args: ['../a'] })).toBeNull();
  });
});
