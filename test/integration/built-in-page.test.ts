/** docs/built-in-handlers.md holds no example that is not true: its files and commands are run, its lists judged as they say. */

import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { admittedCommand } from '../../src/builtin/command-run.js';
import { admitted } from '../../src/builtin/http-request.js';
import { commandRun, httpRequest, Worker } from '../../src/index.js';
import type { Settings } from '../../src/node/settings-read.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { configured } from '../support/config-file.js';
import { type HttpSink, startSink } from '../support/http-sink.js';
import { onScene } from '../support/scene.js';

const PAGE = new URL('../../docs/built-in-handlers.md', import.meta.url);
const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
  ([, language = '', text = '']) => ({ language, text }),
);
const seen = new Set<string>();

/** The nth block of a language. */
function block(language: string, nth: number): string {
  const found = blocks.filter((one) => one.language === language)[nth];
  seen.add(`${language} ${nth}`);
  return found?.text ?? '';
}

const on = onScene();
let sink: HttpSink;
beforeEach(async () => {
  sink = await startSink();
});
afterEach(() => sink.stop());

/** The words of a line of the page, which has its own idea of where the server is. */
const wordsOf = (line: string): string[] =>
  line.replace('carillon ', '').replaceAll('localhost:8080', `localhost:${sink.port}`).split(' ');

it('its schedules run as it says', async () => {
  mkdirSync(on.path('schedules'));
  on.write('schedules/all.yaml', block('yaml', 0).replace('8080', String(sink.port)));
  const [start = '', worker = ''] = block('sh', 0).trim().split('\n');
  const node = on.carillon(wordsOf(start.replace('4780', '0')));
  const [, url = ''] = await node
    .line(/"url":"(http[^"]+)"|url=(\S+)/)
    .then(([whole, one, other]) => [whole, one ?? other]);
  await node.line(/the schedule files are in force/);
  await on.carillon(wordsOf(worker)).line(/the worker takes tasks/);
  for (const line of block('console', 0).trim().split('\n')) {
    const trigger = on.carillon(wordsOf(line.replace('$ ', '')), { CARILLON_URL: url });
    // Otherwise it has not completed.
    expect((await trigger.ended).code, trigger.output).toBe(0);
  }
  expect(sink.received).toMatchObject([{ method: 'POST', url: '/cron/daily', body: '{"shop":7}' }]);
});

it('its worker with lists starts', async () => {
  await on.carillon(wordsOf(block('sh', 1).trim())).line(/the worker takes tasks/);
});

async function settingsOfPage(): Promise<Settings> {
  const reading = await configured(block('yaml', 1), 'worker');
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.settings;
}

it.each([
  [
    'programs',
    0,
    (text: string, { commandAllow }: Settings) => admittedCommand(JSON.parse(text), commandAllow),
  ],
  [
    'places',
    1,
    (url: string, { httpAllow }: Settings) => admitted({ url }, { allow: httpAllow, secrets: {} }),
  ],
] as const)('its lists of %s allow and refuse what it says', async (_what, nth, judge) => {
  const settings = await settingsOfPage();
  const lines = block('text', nth).trim().split('\n');
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) {
    const [, word, text = ''] = /^(allowed|refused) {2}(.*)$/.exec(line) ?? [];
    const judged = () => judge(text, settings);
    if (word === 'allowed') expect(judged, line).not.toThrow();
    else expect(judged, line).toThrow(/does not allow|does not fit/);
  }
});

it('its secret signs', async () => {
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const line = block('console', 1).trim().replace('$ ', '');
  const [assignment = '', ...words] = line
    .replace('localhost:8080', `localhost:${sink.port}`)
    .split(' carillon ');
  const started = on.start('/bin/sh', [
    '-c',
    `${assignment} exec "${process.execPath}" "${main}" ${words.join(' ')}`,
  ]);
  await started.line(/the worker takes tasks/);
  const payload = { url: `http://localhost:${sink.port}/`, body: {}, secret: 'my-shop' };
  const task = await on.client.enqueue('http.request', payload);
  expect((await on.client.wait(task.id)).state).toBe('completed');
  expect(sink.received[0]?.headers).toMatchObject({
    'webhook-id': task.id,
    'webhook-signature': expect.stringMatching(/^v1,\S{44}$/),
  });
});

it('its worker of one’s own runs', async () => {
  const given = {
    ...{ Worker, commandRun, httpRequest },
    connection: { redis: on.redis.url, namespace: on.env['CARILLON_NAMESPACE'], log: silentLog },
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  };
  const make = new Function(...Object.keys(given), `${block('ts', 0)}\nreturn worker;`) as (
    ...all: unknown[]
  ) => Worker;
  const worker = make(...Object.values(given));
  await worker.start();
  const { id } = await on.client.enqueue('command.run', { command: '/bin/echo', args: ['hello', 'page'] });
  expect((await on.client.wait(id)).result).toEqual({ exitCode: 0, output: 'hello page' });
  await worker.stop();
});

it('nothing on it is left out', () => {
  const counts = new Map<string, number>();
  const all = blocks.map(({ language }) => {
    const nth = counts.get(language) ?? 0;
    counts.set(language, nth + 1);
    return `${language} ${nth}`;
  });
  expect(all.filter((one) => !seen.has(one))).toEqual([]);
});
