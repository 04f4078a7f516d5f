/** `carillon next --stdin` as a process: someone holds its pipes open, asks, waits for the answer, asks again, goes away. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Processes } from '../support/processes.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const processes = new Processes();
const started: ChildProcessWithoutNullStreams[] = [];

afterEach(async () => {
  await processes.stopAll();
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process whose input stays open. */
function open(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, 'next', '--stdin', '--json', ...args]);
  started.push(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'close');
  return {
    child,
    send: (text: string) => child.stdin.write(text),
    answer: async (): Promise<unknown> => JSON.parse((await lines.next()).value ?? 'null'),
    async end() {
      const [code] = await exited;
      return { code, said };
    },
  };
}

const request = (year: number) => `{"expr":"0 0 1 1 *","from":"${year}-01-01T00:00:00Z","count":1}`;
const answer = (year: number) => ({ next: [`${year + 1}-01-01T00:00:00.000Z`] });

describe('carillon next --stdin', () => {
  it('answers each request before the next one is sent', async () => {
    const { child, send, answer: heard, end } = open();
    for (const year of [1970, 2000, 2036]) {
      send(`${request(year)}\n`);
      expect(await heard()).toEqual(answer(year));
    }
    send('nonsense\n\n');
    expect(await heard()).toEqual({ error: expect.stringContaining('JSON') });
    expect(await heard()).toEqual({ error: expect.stringContaining('empty') });
    send(request(2026));
    child.stdin.end();
    expect(await heard()).toEqual(answer(2026));
    expect(await end()).toEqual({ code: 0, said: '' });
  });

  it('answers ten thousand in order', async () => {
    const years = Array.from({ length: 10_000 }, (_, index) => 1970 + (index % 60));
    const { code, stdout, stderr } = await processes.run(['next', '--stdin', '--json'], {
      input: `${years.map(request).join('\n')}\n`,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.trimEnd().split('\n')).toEqual(years.map((year) => JSON.stringify(answer(year))));
  });

  it('takes what a request leaves out from the flags', async () => {
    const { send, answer: heard } = open(
      '--tz',
      'Asia/Tokyo',
      '--from',
      '2026-01-01T00:00:00Z',
      '--count',
      '1',
    );
    send('{"expr":"0 9 * * *"}\n{"expr":"0 9 * * *","tz":"UTC"}\n');
    expect(await heard()).toEqual({ next: ['2026-01-02T00:00:00.000Z'] });
    expect(await heard()).toEqual({ next: ['2026-01-01T09:00:00.000Z'] });
  });

  it('ends quietly when nobody reads any more', async () => {
    const { child, send, answer: heard, end } = open();
    send(`${request(2026)}\n`);
    expect(await heard()).toEqual(answer(2026));
    child.stdout.destroy();
    // A pipe takes a while to be seen as closed: ask until it is.
    const asking = (): void => {
      if (child.exitCode === null && child.stdin.writable)
        child.stdin.write(`${request(2026)}\n`, () => setImmediate(asking));
    };
    asking();
    expect(await end()).toEqual({ code: 0, said: '' });
  });

  it('refuses wrong flags with exit 2 before anything is read', async () => {
    const { end } = open('--count', 'many');
    expect(await end()).toEqual({ code: 2, said: expect.stringMatching(/^error: --count [^\n]+\n$/) });
  });
});
