/** `carillon queues`, and the unique key of `carillon tasks enqueue`, against an API over the model store. */

import type { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queuesCommand } from '../../../src/cli/commands/queues.js';
import { tasksCommand } from '../../../src/cli/commands/tasks.js';
import { createOutput } from '../../../src/cli/output.js';
import type { Surroundings } from '../../../src/cli/surroundings.js';
import { type ApiOnModel, apiOnModel } from '../api/support.js';

let on: ApiOnModel;
let url: string;
beforeEach(async () => {
  on = apiOnModel();
  ({ url } = await on.api.listen());
});
afterEach(() => on.api.close());

async function run(make: (surroundings: Surroundings) => Command, words: string[]): Promise<string> {
  let out = '';
  const stream = { write: (text: string) => (out += text) };
  const output = createOutput(stream, stream);
  const surroundings = { env: { CARILLON_URL: url }, directory: '.', output, version: '0' };
  await make(surroundings).parseAsync(words, { from: 'user' });
  return out;
}
const queues = (...words: string[]) => run(queuesCommand, words);
const json = async (...words: string[]) => JSON.parse(await queues(...words, '--json'));

describe('queues', () => {
  it('pauses, resumes, sets and shows', async () => {
    expect(await json('pause', 'mail')).toMatchObject({ queue: 'mail', paused: true });
    expect(await queues('show', 'mail')).toMatch(/paused +(yes|true)/);
    expect(await json('set', 'mail', '--concurrency', '5')).toMatchObject({ settings: { concurrency: 5 } });
    expect(await queues('list')).toMatch(/mail .* paused +5/);
    expect(await json('set', 'mail', '--concurrency', 'default')).toMatchObject({ settings: {} });
    const kept = ['--retention', '{"dead":{"age":"90d"}}', '--max-depth', '7'];
    expect(await json('set', 'mail', ...kept)).toMatchObject({
      settings: { retention: { dead: { age: '90d' } }, maxDepth: 7 },
      limits: { maxDepth: { limit: 7, used: 0 } },
    });
    expect(await json('resume', 'mail')).toMatchObject({ paused: false });
    expect((await json('list')).items).toHaveLength(1);
  });

  it('sets every setting there is, and shows keys', async () => {
    const words = ['--key-concurrency', '1', '--key-order', 'strict', '--rate', '100/1m,5/1s/key'];
    expect(await json('set', 'mail', ...words)).toMatchObject({
      settings: {
        ...{ keyConcurrency: 1, keyOrder: 'strict' },
        rate: [
          { limit: 100, per: '1m' },
          { limit: 5, per: '1s', key: true },
        ],
      },
    });
    const rate = { limit: 2, per: '1s' };
    expect(await json('set', 'mail', '--rate', JSON.stringify(rate))).toMatchObject({ settings: { rate } });
    expect((await json('set', 'mail', '--rate', 'default')).settings).not.toHaveProperty('rate');
    for (const wrong of ['10', '10/1s/k', '{"limit":']) {
      await expect(queues('set', 'mail', '--rate', wrong)).rejects.toThrow();
    }
    expect(await queues('keys', 'mail')).toContain('No concurrency key');
    await on.post('/v1/tasks', { handler: 'h', queue: 'mail', concurrencyKey: 'tenant 1' });
    expect(await queues('keys', 'mail')).toMatch(/tenant 1 +1 +0\.0s +0/);
    expect((await json('keys', 'mail')).items).toMatchObject([{ key: 'tenant 1', backlog: 1 }]);
  });

  it('refuses what is no number, what is nothing, and a queue that is not there', async () => {
    await expect(queues('set', 'mail', '--concurrency', 'five')).rejects.toMatchObject({ code: 'usage' });
    await expect(queues('set', 'mail')).rejects.toMatchObject({ code: 'usage' });
    await expect(queues('set', 'mail', '--concurrency', '0')).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(queues('resume', 'mail')).rejects.toMatchObject({ code: 'not_found' });
    await expect(queues('show', 'mail')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('tasks enqueue --unique-key', () => {
  it('answers the task that has the key', async () => {
    const enqueue = (...words: string[]) =>
      run(tasksCommand, ['enqueue', 'a', '--unique-key', 'k', ...words]);
    const first = JSON.parse(await enqueue('--json'));
    expect(first).toMatchObject({ uniqueKey: 'k', state: 'ready' });
    expect(JSON.parse(await enqueue('--json'))).toMatchObject({ id: first.id, deduplicated: true });
    expect(await enqueue()).toContain('which has the unique key already');
  });
});
