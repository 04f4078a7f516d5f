/** `carillon tasks logs`, and the route and client's call beneath it, against an API over the model store. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { tasksCommand } from '../../../src/cli/commands/tasks.js';
import { createOutput } from '../../../src/cli/output.js';
import { CarillonError } from '../../../src/domain/input/errors.js';
import { type ApiOnModel, apiOnModel } from '../api/support.js';

let on: ApiOnModel;
let url: string;
beforeEach(async () => {
  on = apiOnModel();
  ({ url } = await on.api.listen());
});
afterEach(() => on.api.close());

/** What the command prints while it runs. */
function carillon(...words: string[]): { printed: () => string; ended: Promise<void> } {
  let out = '';
  const stream = { write: (text: string) => (out += text) };
  const output = createOutput(stream, stream);
  const surroundings = { env: { CARILLON_URL: url }, directory: '.', output, version: '0' };
  const ended = tasksCommand(surroundings).parseAsync(words, { from: 'user' });
  return { printed: () => out, ended: ended.then(() => {}) };
}

async function running() {
  await on.post('/v1/tasks', { handler: 'a' });
  const [task] = await on.claim(['a']);
  const { id, token } = task ?? { id: '', token: '' };
  const log = (from: number, ...lines: string[]) =>
    on.store.report('default', 'w~1', [{ id, token, lines, from }]);
  const finish = () => {
    const record = { attempt: 1, worker: 'w~1', startedAt: 1, finishedAt: 2, outcome: 'failed' as const };
    const ending = { id, token, record, failure: true, next: { to: 'dead' as const } };
    return on.store.settle('default', 'w~1', [ending]);
  };
  return { id, log, finish };
}

const line = (text: string, fields = '') => `[${on.store.now},"info","${text}"${fields}]`;

it('shows every line with its attempt, and says when there is none', async () => {
  const { id, log } = await running();
  const before = carillon('logs', id);
  await before.ended;
  expect(before.printed()).toBe('No lines.\n');
  await log(1, line('begun'), line('sent', ',{"to":"a@b.c"}'));
  const shown = carillon('logs', id);
  await shown.ended;
  expect(shown.printed()).toBe(
    [
      '2026-01-01T00:00:00.000Z  info   #1 begun',
      '2026-01-01T00:00:00.000Z  info   #1 sent {"to":"a@b.c"}',
      '',
    ].join('\n'),
  );
  const json = carillon('logs', id, '--json');
  await json.ended;
  const rows = json.printed().trim().split('\n');
  expect(rows.map((row) => JSON.parse(row))).toMatchObject([
    { id: '1-1', attempt: 1, level: 'info', message: 'begun' },
    { id: '1-2', fields: { to: 'a@b.c' } },
  ]);
});

it('follows until the task has ended, to its last line', async () => {
  const { id, log, finish } = await running();
  await log(1, line('one'));
  const following = carillon('logs', id, '--follow');
  await expect.poll(following.printed, { timeout: 10_000 }).toContain('one');
  await log(2, line('two'));
  await expect.poll(following.printed, { timeout: 10_000 }).toContain('two');
  await log(3, line('three'));
  await finish();
  await following.ended;
  expect(following.printed().match(/one|two|three/g)).toEqual(['one', 'two', 'three']);
});

it('goes page by page over HTTP, and refuses a cursor that is none', async () => {
  const { id, log } = await running();
  await log(1, line('one'), line('two'), line('three'));
  const first = (await on.get(`/v1/tasks/${id}/logs?limit=2`)).json();
  expect(first.items.map(({ message }: { message: string }) => message)).toEqual(['one', 'two']);
  expect(first.nextCursor).toBe('1-2');
  const second = (await on.get(`/v1/tasks/${id}/logs?limit=2&cursor=${first.nextCursor}`)).json();
  expect(second).toMatchObject({ items: [{ message: 'three' }], nextCursor: null });
  expect((await on.get(`/v1/tasks/${id}/logs?cursor=nonsense`)).json()).toMatchObject({
    code: 'invalid_input',
    errors: [{ pointer: '/cursor' }],
  });
  expect((await on.get('/v1/tasks/x-1/logs')).statusCode).toBe(404);
  const { ended } = carillon('logs', 'x-1');
  await expect(ended).rejects.toBeInstanceOf(CarillonError);
});
