/** Lines of a crontab: what each runs as `command.run` takes it, and whether a column of users stands before it. */

import { describe, expect, it } from 'vitest';
import { readCommandPayload } from '../../../../src/builtin/command-payload.js';
import { importTexts } from '../../../../src/files/import/formats.js';
import { loadTexts } from '../../../../src/files/load.js';

const imported = (text: string, path = 'crontab.txt') => {
  const { file, report } = importTexts('crontab', [{ path, text }], { now: 0 });
  const { schedules, problems } = loadTexts([{ path: 'a.yaml', text: file }], { env: {} });
  expect(problems).toEqual([]);
  return { report, definitions: schedules.map(({ definition }) => definition) };
};
const payloadOf = (text: string): unknown => imported(text).definitions[0]?.payload;

describe('a program and its arguments', () => {
  it.each<[string, object]>([
    ['/bin/df -h /', { command: '/bin/df', args: ['-h', '/'] }],
    ['  /bin/a\tb   c ', { command: '/bin/a', args: ['b', 'c'] }],
    [`/bin/a 'b c' "d e" f"g h"'i'`, { command: '/bin/a', args: ['b c', 'd e', 'fg hi'] }],
    [`/bin/a '' '$(date) | x; *' "it's"`, { command: '/bin/a', args: ['', '$(date) | x; *', "it's"] }],
    ['/bin/a --x=1 b#c a=b', { command: '/bin/a', args: ['--x=1', 'b#c', 'a=b'] }],
    ['/bin/a > /dev/null 2>&1', { command: '/bin/a' }],
    ['/bin/a >/dev/null', { command: '/bin/a' }],
    ['/bin/a &>/dev/null', { command: '/bin/a' }],
    ['/bin/a 1>/dev/null 2>/dev/null', { command: '/bin/a' }],
    ['/bin/a b 2>&1', { command: '/bin/a', args: ['b'] }],
    ['A=1 B="x y" /bin/a', { command: '/bin/a', env: { A: '1', B: 'x y' } }],
    ['cd /srv && /bin/a', { command: '/bin/a', cwd: '/srv' }],
    ['cd "/srv/my app" && ./run.sh x', { command: '/srv/my app/run.sh', args: ['x'], cwd: '/srv/my app' }],
    ['/bin/a%one%two', { command: '/bin/a', stdin: 'one\ntwo\n' }],
    ['/bin/a 100\\%%line\\%', { command: '/bin/a', args: ['100%'], stdin: 'line%\n' }],
  ])('%s', (command, payload) => {
    expect(payloadOf(`0 5 * * * ${command}\n`)).toEqual(payload);
    expect(() => readCommandPayload(payloadOf(`0 5 * * * ${command}\n`))).not.toThrow();
  });
});

describe('what only a shell knows', () => {
  it.each([
    '/bin/a | /bin/b',
    '/bin/a && /bin/b',
    '/bin/a || true',
    '/bin/a; /bin/b',
    '/bin/a &',
    '/bin/a >> /var/log/a.log 2>&1',
    '/bin/a < /etc/passwd',
    '/bin/a $HOME',
    '/bin/a "$HOME"',
    '/bin/a `date`',
    '/bin/a *.txt',
    '/bin/a ~/x',
    '/bin/a \\"x\\"',
    '/bin/a # remark',
    "/bin/a 'open",
    'cd /a && cd b && /bin/c',
    'cd $HOME && /bin/a',
    '[ -x /bin/a ] && /bin/a',
    '. /etc/profile',
    '(cd /a; /bin/b)',
  ])('%s', (command) => {
    const text = `0 5 * * * ${command}\n`;
    expect(payloadOf(text)).toEqual({ command: '/bin/sh', args: ['-c', command] });
    expect(imported(text).report.filter(({ kind }) => kind === 'warn')).toHaveLength(1);
  });

  it('is handed to the shell that the crontab names', () => {
    expect(payloadOf('SHELL=/bin/bash\n0 5 * * * a | b\n')).toEqual({
      command: '/bin/bash',
      args: ['-c', 'a | b'],
    });
  });
});

it('a program without its full path is decided by a person', () => {
  const { report } = imported('0 5 * * * backup --all\n');
  expect(report.filter(({ id }) => id === 'backup')).toMatchObject([{ kind: 'decide' }]);
});

it('variables are those of the command, and a run begins at home', () => {
  const text = 'PATH=/usr/bin:/bin\nHOME=/home/shop\nLANG=de_DE.UTF-8\n0 5 * * * /bin/a\n';
  const env = { PATH: '/usr/bin:/bin', LANG: 'de_DE.UTF-8' };
  expect(payloadOf(text)).toEqual({ command: '/bin/a', cwd: '/home/shop', env });
});

describe('a column of users', () => {
  it.each<[string, string, string]>([
    ['crontab.txt', '17 * * * * root /bin/a\n', '/bin/a'],
    ['crontab.txt', '17 * * * * root run-parts /etc/cron.hourly\n', 'run-parts'],
    ['crontab.txt', '17 * * * * shop /bin/a\n@daily shop /bin/b\n', '/bin/a'],
    ['/etc/cron.d/shop', '17 * * * * shop backup now\n', 'backup'],
    ['crontab.txt', '# m h dom mon dow user command\n17 * * * * shop backup now\n', 'backup'],
    ['crontab.txt', '17 * * * * php /srv/a.php\n', 'php'],
    ['crontab.txt', '17 * * * * backup /srv\n17 * * * * /bin/b\n', 'backup'],
    ['crontab.txt', '17 * * * * /bin/a root\n', '/bin/a'],
    ['crontab.txt', '# day of week (dow) or use * in these fields\n17 * * * * rsync /a /b\n', 'rsync'],
  ])('%s %j runs %s', (path, text, command) => {
    const payloads = imported(text, path).definitions.map(({ payload }) => payload);
    expect(payloads).toContainEqual(expect.objectContaining({ command }));
  });
});

it('the zone holds from its line on, until another one', () => {
  const text =
    'CRON_TZ=Asia/Tokyo\n1 1 * * * /a\nCRON_TZ=\n2 2 * * * /b\nCRON_TZ=Europe/Paris\n3 3 * * * /c\n';
  const zones = imported(text).definitions.map(({ spec }) => (spec.kind === 'cron' ? spec.timezone : ''));
  expect(zones).toEqual(['Asia/Tokyo', 'UTC', 'Europe/Paris']);
});

it('a remark right above an entry comes along, headings and what stands above them do not', () => {
  const text =
    '# Edit me\n# m h dom mon dow command\n# the till\n0 5 * * * /bin/a\n\n# alone\n\n0 6 * * * /bin/b\n';
  const { file } = importTexts('crontab', [{ path: 'c', text }], { now: 0 });
  expect(file.split('\n').filter((line) => line.startsWith('  #'))).toEqual(['  # the till']);
});
