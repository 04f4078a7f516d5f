/**
 * docs/queues.md and docs/limits.md hold no example that is not true: their commands and programs are run, in their order,
 * on a queue for which they are meant, their file is read as one, and their tables name what there is.
 */

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QUEUE_SCHEMAS } from '../../../src/api/openapi-queues.js';
import { COMMANDS } from '../../../src/cli/commands.js';
import { createOutput } from '../../../src/cli/output.js';
import { ClientQueues } from '../../../src/client/queues.js';
import { beginning } from '../../../src/operations/many-tasks.js';
import { beginOperation } from '../../../src/operations/operations.js';
import { QUEUE_SETTINGS } from '../../../src/tasks/queue-settings.js';
import { configured } from '../../support/config-file.js';
import { type ApiOnModel, apiOnModel } from '../api/support.js';
import { carried, draftOf, fail } from '../operations/carried.js';

const read = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
const pages = { queues: read('queues'), limits: read('limits') };

/** The blocks of one language, in their order. */
function blocks(page: string, ...languages: string[]): string[] {
  const all = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  return all.flatMap(([, language = '', text = '']) => (languages.includes(language) ? [text] : []));
}
const commandsOf = (page: string): string[] =>
  blocks(page, 'console', 'sh').flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/ +#.*$/, '')),
  );

let on: ApiOnModel;
let url: string;
beforeEach(async () => {
  on = apiOnModel();
  await on.store.open('mail');
  ({ url } = await on.api.listen());
});
afterEach(() => on.api.close());

/** What it prints; throws what is wrong with it. */
async function commanded(line: string): Promise<string> {
  const [, first = '', rest = ''] = /^carillon (\S+) ?(.*)$/.exec(line) ?? [];
  const words = [...rest.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (one) => one[1] ?? one[2] ?? one[3] ?? '',
  );
  let out = '';
  const stream = { write: (text: string) => (out += text) };
  const env = { CARILLON_URL: url, USER: 'ann' };
  const surroundings = { env, directory: '.', output: createOutput(stream, stream), version: '0' };
  const made = (await COMMANDS[first]?.load())?.(surroundings);
  if (!made) throw new Error(`no command ${first}`);
  await made.parseAsync(words, { from: 'user' });
  return out;
}

const put = (names: readonly string[], over = {}) =>
  on.store.enqueue(
    'mail',
    names.map((name) => draftOf(on.store, name, over)),
  );
const names = (of: string, count: number) => Array.from({ length: count }, (_, n) => `q1-${of}${n}`);

/** The queue in which the deeds of the page are asked for; `ids`: those that it names. */
async function backlog(ids: readonly string[]): Promise<void> {
  await put(names('ink', 12));
  await fail(on.store, 'mail', 12, 'no ink');
  await put(ids);
  await fail(on.store, 'mail', ids.length, 'no paper');
  await put(names('third', 1));
  await fail(on.store, 'mail', 1, 'no power');
  await put(names('retry', 4));
  await fail(on.store, 'mail', 4, 'no line', { to: 'retry', due: on.store.now + 3_600_000 });
  await put(names('seven', 9), { options: { labels: { tenant: '7' } } });
}

describe('docs/queues.md', () => {
  it('its commands do what they say, one after the other', async () => {
    const commands = commandsOf(pages.queues);
    const deeds = commands.findIndex((line) => line.startsWith('carillon tasks errors'));
    for (const line of commands.slice(0, deeds)) await commanded(line);
    expect((await on.get('/v1/queues/mail')).json().settings).toEqual({
      concurrency: 20,
      retention: { dead: { age: '90d' }, completed: { count: 1_000 } },
    });
    const ids = commands.flatMap((line) => line.match(/q1-\w{10}/g) ?? []);
    await backlog(ids);
    const term = await on.store.allocateTerm('a~1', 'lock');
    if (!term) throw new Error('no term');
    const [, aborted = ''] = /abort (\w+)/.exec(pages.queues) ?? [];
    const wish = {
      ...{ kind: 'cancel', filter: { queue: 'none' }, matched: 1, by: 'ann' },
      ...{ createdAt: on.store.now, progress: beginning(on.store.now, on.store.now) },
    };
    await beginOperation(on.store, wish, aborted);
    for (const line of commands.slice(deeds)) {
      const out = await commanded(line);
      if (line.includes('tasks errors')) expect(out).toContain(/--error (\w+)/.exec(pages.queues)?.[1]);
      for (const { id, state } of await on.store.operations()) {
        if (state === 'running' && id !== aborted)
          expect(await carried(on.store, id, term), line).toMatchObject({ state: 'done', failed: 0 });
      }
    }
    expect(await on.store.queueFacts('mail')).toMatchObject({ ready: 0, scheduled: 0, retrying: 0, dead: 0 });
    expect(await on.store.operation(aborted)).toMatchObject({ problem: 'aborted: wrong filter' });
    expect(commands.length).toBeGreaterThan(12);
  });

  it('its file is one', async () => {
    const [text = ''] = blocks(pages.queues, 'yaml');
    const reading = await configured(text);
    expect(reading.ok && [...(reading.settings.queueSettings?.queues.keys() ?? [])]).toEqual(['mail']);
  });

  it('its tables name settings and fields that there are', () => {
    const [settings = [], fields = []] = tables(pages.queues);
    expect(Object.keys(QUEUE_SETTINGS)).toEqual(expect.arrayContaining(settings));
    expect(Object.keys(QUEUE_SCHEMAS.Queue.properties)).toEqual(expect.arrayContaining(fields));
    expect([settings.length > 2, fields.length > 2]).toEqual([true, true]);
  });
});

/** The first cells of each table. */
function tables(page: string): string[][] {
  const found = page.match(/(?:^\|.*\n)+/gm) ?? [];
  return found.map((table) => [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name));
}

describe('docs/limits.md', () => {
  it('its commands set what they say', async () => {
    const commands = commandsOf(pages.limits);
    const then: unknown[] = [];
    for (const line of commands) {
      await commanded(line);
      then.push((await on.get('/v1/queues/mail')).json().settings);
    }
    expect(then).toMatchObject([
      { concurrency: 20 },
      { keyConcurrency: 2 },
      { concurrency: 20 },
      { keyOrder: 'strict' },
      { rate: { limit: 100, per: '1m' } },
      {
        rate: [
          { limit: 100, per: '1m' },
          { limit: 5, per: '1s', key: true },
        ],
      },
      {},
      {},
    ]);
    expect(then.at(-1)).not.toHaveProperty('rate');
  });

  it('its programs run, and what they make shows in the table of keys', async () => {
    const client = {
      queues: new ClientQueues(async () => on.store),
      enqueue: async (handler: string, payload: unknown, options: object) => {
        const { statusCode } = await on.post('/v1/tasks', { handler, payload, ...options });
        expect(statusCode).toBe(201);
      },
    };
    for (const code of blocks(pages.limits, 'ts')) {
      const body = `return (async () => {\n${code}\n})();`;
      await (new Function('client', body) as (given: typeof client) => Promise<void>)(client);
    }
    const [key] = (await on.get('/v1/queues/mail/keys')).json().items;
    expect(key).toMatchObject({ key: 'tenant-42', backlog: 1 });
    const { items } = QUEUE_SCHEMAS.Keys.properties;
    const [fields = []] = tables(pages.limits);
    expect(fields.length).toBeGreaterThan(3);
    expect(JSON.stringify(items)).toMatch(new RegExp(fields.map((one) => `(?=.*"${one}")`).join('')));
  });
});
