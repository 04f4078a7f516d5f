/** Commands against an API that stands under a base path, only shows, or hides payloads. */

import { afterEach, expect, it } from 'vitest';
import { queuesCommand } from '../../../src/cli/commands/queues.js';
import { tasksCommand } from '../../../src/cli/commands/tasks.js';
import { createOutput } from '../../../src/cli/output.js';
import { type ApiOnModel, apiOnModel, apiOver } from '../api/support.js';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function listening(
  options: Parameters<typeof apiOnModel>[0],
): Promise<{ on: ApiOnModel; url: string }> {
  const on = apiOnModel();
  const shown = apiOver(on.store, options);
  open.push(
    () => on.api.close(),
    () => shown.close(),
  );
  return { on, url: (await shown.listen()).url };
}

async function run(make: typeof tasksCommand, url: string, ...words: string[]): Promise<string> {
  let out = '';
  const stream = { write: (text: string) => (out += text) };
  const output = createOutput(stream, stream);
  await make({ env: { CARILLON_URL: url }, directory: '.', output, version: '0' }).parseAsync(words, {
    from: 'user',
  });
  return out;
}

it('the base path is part of the URL', async () => {
  const { on, url } = await listening({ basePath: '/carillon' });
  const { id } = (await on.post('/v1/tasks', { handler: 'a' })).json();
  expect(url).toMatch(/\/carillon$/);
  for (const one of [url, `${url}/`, new URL(url).origin])
    expect(await run(tasksCommand, one, 'show', id)).toContain(id);
});

it('what would change something is not allowed, exit 5, and says why', async () => {
  const { on, url } = await listening({ readOnly: true });
  for (const [make, words] of [
    [tasksCommand, ['enqueue', 'a']],
    [queuesCommand, ['pause', 'default']],
  ] as const) {
    const error = await run(make, url, ...words).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'read_only',
      exit: 5,
      message: expect.stringContaining('CARILLON_READ_ONLY'),
    });
  }
  expect((await on.get('/v1/tasks')).json().items).toEqual([]);
  expect(await run(tasksCommand, url, 'list')).toContain('No tasks');
});

it('a key that is missing is told with where it goes, exit 5', async () => {
  const { url } = await listening({ apiKey: 'secret' });
  const error = await run(tasksCommand, url, 'list').catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: 'unauthorized',
    exit: 5,
    message: expect.stringContaining('CARILLON_API_KEY'),
  });
});

it('tasks and logs are shown without what is hidden', async () => {
  const { on, url } = await listening({ hidePayloads: true });
  const { id } = (await on.post('/v1/tasks', { handler: 'a', payload: { to: 'a@b.c' } })).json();
  const [task] = await on.claim(['a']);
  const line = JSON.stringify([on.store.now, 'info', 'sent to a@b.c']);
  await on.store.report('default', 'w~1', [{ id, token: task?.token ?? '', lines: [line], from: 1 }]);
  const shown = await run(tasksCommand, url, 'show', id);
  expect(shown).toMatch(/^payload +hidden by this node$/m);
  expect(shown).not.toContain('a@b.c');
  const logs = await run(tasksCommand, url, 'logs', id);
  expect(logs).toContain('(hidden by this node)');
  expect(logs).not.toMatch(/a@b\.c|undefined/);
});
