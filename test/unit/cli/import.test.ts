/** `carillon import`: the file on stdout, remarks on stderr, and errors that say what cannot be read and where. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { importCommand } from '../../../src/cli/commands/import.js';
import { createOutput } from '../../../src/cli/output.js';
import { FORMATS } from '../../../src/files/import/formats.js';
import { loadTexts } from '../../../src/files/load.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'carillon-import-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const put = (name: string, text: string | Uint8Array): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

async function imported(...words: string[]): Promise<{ out: string; said: string }> {
  let out = '';
  let said = '';
  const output = createOutput({ write: (text) => (out += text) }, { write: (text) => (said += text) });
  const command = importCommand({ env: {}, directory: '.', output, version: '0' });
  await command.parseAsync(words, { from: 'user' });
  return { out, said };
}

const BEAT =
  'beat_schedule = {"a": {"task": "t.a", "schedule": 60}, "b": {"task": "t.b", "schedule": NIGHTLY}}\n';

it('prints a valid file, and each remark with its kind', async () => {
  const { out, said } = await imported('celery', put('beat.py', BEAT));
  const { schedules, problems } = loadTexts([{ path: 'a.yaml', text: out }], { env: {} });
  expect({ problems, ids: schedules.map(({ definition }) => definition.id) }).toEqual({
    problems: [],
    ids: ['a'],
  });
  expect(said.split('\n')).toEqual([
    'refused: b: schedule is NIGHTLY: code, which is not run here',
    'note: intervals count from the start of beat there, from 1970 here',
    '',
  ]);
});

it('prints both as JSON', async () => {
  const { out, said } = await imported('celery', put('beat.py', BEAT), '--json');
  expect(said).toBe('');
  const { file, report } = JSON.parse(out) as { file: string; report: object[] };
  expect(file).toContain('  a: { handler: t.a, every: 1m }\n');
  expect(report[0]).toEqual({
    id: 'b',
    kind: 'refused',
    text: 'schedule is NIGHTLY: code, which is not run here',
  });
  expect(report[1]).toEqual({ kind: 'note', text: expect.stringContaining('from 1970') });
});

it('takes several files together, and gives one id to one schedule', async () => {
  const { out } = await imported('celery', put('a.py', BEAT), put('b.py', BEAT));
  expect(out).toMatch(/^ {2}a: /m);
  expect(out).toMatch(/^ {2}a-2: /m);
});

it('names the formats there are, in its help and for one that there is not', async () => {
  const names = Object.keys(FORMATS).sort();
  const help = importCommand({
    env: {},
    directory: '.',
    output: createOutput(NOWHERE, NOWHERE),
    version: '0',
  });
  const [format] = help.registeredArguments;
  expect(format?.description.split(', ').sort()).toEqual(names);
  await expect(imported('celry', put('beat.py', BEAT))).rejects.toMatchObject({
    exit: 2,
    message: expect.stringMatching(/no format "celry" \(did you mean "celery"\?\).*crontab.*github-actions/),
  });
});
const NOWHERE = { write: () => true };

it('tells every file that cannot be read', async () => {
  const bytes = put('latin.txt', new Uint8Array([0x23, 0xe9, 0x0a]));
  await expect(imported('crontab', join(dir, 'none'), dir, bytes)).rejects.toMatchObject({
    exit: 2,
    errors: [
      { pointer: join(dir, 'none'), detail: 'cannot be read: there is no such file' },
      { pointer: dir, detail: 'cannot be read: it is a directory; name its files' },
      { pointer: bytes, detail: 'cannot be read: it is no UTF-8 text' },
    ],
  });
});

it.each([
  ['k8s', 'spec: {\n', /a\.txt:\d+:\d+$/],
  ['k8s', 'kind: CronJob\n{{- if .Values.on }}\nmetadata: {}\n{{- end }}\n', /a\.txt:\d+:\d+$/],
  ['sidekiq-cron', 'a:\n  cron: */5 * * * *\n', /a\.txt:2:\d+$/],
  ['bullmq', 'key: a', /a\.txt:1:1$/],
  ['bullmq', '[{"key": ]', /a\.txt:1:\d+$/],
  ['quartz', '<a>\n <b></a>', /a\.txt:2:\d+$/],
  ['celery', 'x = 1\ny = "never closed\n', /a\.txt:2:1$/],
])('tells where %s is not what it should be: %s', async (format, text, place) => {
  await expect(imported(format, put('a.txt', text))).rejects.toMatchObject({
    exit: 2,
    errors: expect.arrayContaining([{ pointer: expect.stringMatching(place), detail: expect.any(String) }]),
  });
});

it.each([
  ['crontab', '# nothing\n', 'an entry'],
  ['k8s', 'kind: Deployment\n', 'a CronJob'],
  ['github-actions', 'on: push\n', 'on.schedule'],
  ['celery', 'print("hello")\n', 'beat_schedule'],
  ['quartz', 'class A {}\n', '@Scheduled'],
])('says what is missing where %s holds no schedule', async (format, text, wanted) => {
  await expect(imported(format, put('a.txt', text))).rejects.toMatchObject({
    exit: 2,
    message: expect.stringContaining(wanted),
  });
});
