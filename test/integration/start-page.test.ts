/** docs/start.md, followed word for word in an empty folder; only the ports and the Redis are a test's own. */

import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { onScene } from '../support/scene.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/start.md'), 'utf8');
const blocks = [...PAGE.matchAll(/^```(\S+) ?([^\n]*)\n(.*?)^```$/gms)].map(
  ([, language = '', title = '', text = '']) => ({ language, title, text }),
);

const on = onScene();
const processes = new Processes();
afterEach(() => processes.stopAll());

/** What was printed has the lines that the page shows, in their order; `…` stands for what differs each time. */
function expectShown(printed: string, shown: string): void {
  const wanted = shown
    .trim()
    .split('\n')
    .filter((line) => line !== '…');
  const lines = printed.split('\n');
  for (const line of wanted) {
    const words = line.split(/(…|\s+)/).map((part) => {
      if (part === '…') return '.*';
      return /^\s+$/.test(part) ? '\\s*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    });
    const at = lines.findIndex((one) => new RegExp(`^${words.join('')}$`).test(one));
    expect(at, `${line}\nis not in\n${printed}`).toBeGreaterThan(-1);
    lines.splice(0, at + 1);
  }
}

it('is what it says', { timeout: 180_000 }, async () => {
  const ports = new Map<string, string>();
  for (const port of ['4780', '4781']) ports.set(port, String(await freePort()));
  const ownPorts = (text: string): string => text.replace(/\b478[01]\b/g, (port) => ports.get(port) ?? port);
  const env: Record<string, string> = { ...on.env, CARILLON_PORT: ports.get('4780') ?? '' };
  // Until the page has a Redis for all, `carillon dev` brings its own; and nobody on the page names a namespace.
  delete env['CARILLON_REDIS_URL'];
  delete env['CARILLON_NAMESPACE'];
  const running = new Map<string, TestProcess>();
  const done: string[] = [];
  let printed = (): string => '';

  const start = (line: string): TestProcess => {
    const [program = '', ...words] = [...ownPorts(line).matchAll(/"([^"]*)"|(\S+)/g)].map(
      (one) => one[1] ?? one[2] ?? '',
    );
    if (program === 'npx') return processes.carillon(words.slice(1), { cwd: on.path(), env });
    return processes.start(program === 'node' ? process.execPath : program, words, { cwd: on.path(), env });
  };
  const leader = async (port: string): Promise<string> => {
    const shown = await processes.run(['cluster', '--json', '--url', `http://127.0.0.1:${ports.get(port)}`], {
      env,
    });
    return (JSON.parse(shown.stdout) as { leader: { node: string } | null }).leader?.node ?? '';
  };

  for (const { language, title, text } of blocks) {
    const lines = text.trim().split('\n');
    done.push(`${language} ${title}`.trim());
    if (title === 'prints') expectShown(printed(), text);
    else if (language === 'yaml' || language === 'js') {
      on.write(title, text);
      if (running.size > 0 && title.startsWith('schedules/'))
        await running.get('dev')?.line(/schedules reloaded/);
      if (running.size > 0 && title === 'handlers.mjs') await running.get('dev')?.line(/handlers reloaded/);
    } else if (title.startsWith('in the background')) {
      for (const line of lines) {
        const started = start(line);
        running.set(/--name (\S+)/.exec(line)?.[1] ?? 'dev', started);
        const [, until] = /until "(.*)"/.exec(title) ?? [];
        await started.line(new RegExp(until ?? 'the worker takes tasks|in force'));
        printed = () => started.output;
      }
    } else if (title === 'end what runs') {
      // The Redis that it tells to start is this test's.
      expect((await running.get('dev')?.stop('SIGINT'))?.code).toBe(0);
      expect(text).toMatch(/^redis-server .*--maxmemory-policy noeviction/m);
      Object.assign(env, { CARILLON_REDIS_URL: on.redis.url, REDIS_URL: on.redis.url });
    } else if (title === 'kill the leader') {
      const name = await eventually(() => leader('4780'), Boolean, { what: 'somebody leads' });
      const gone = running.get(name);
      gone?.kill('SIGKILL');
      await gone?.exited;
      // Whichever it was: the page goes on with the other one.
      if (name === 'two') ports.set('4781', ports.get('4780') ?? '');
      await eventually(
        () => leader('4781'),
        (now) => now !== '' && now !== name,
        { within: 20_000 },
      );
    } else if (language === 'sh') {
      let told = '';
      printed = () => told;
      for (const line of lines) {
        if (line === 'npm init -y') on.write('package.json', '{}');
        else if (line === 'npm install carillon') {
          mkdirSync(on.path('node_modules'));
          symlinkSync(ROOT, on.path('node_modules/carillon'));
        } else {
          const ran = start(line);
          expect((await ran.ended).code, `${line}\n${ran.output}`).toBe(0);
          told += `${ran.output}\n`;
        }
      }
    }
  }
  expect(done.filter((block) => block.startsWith('sh')).length).toBeGreaterThan(8);
});
