/** `carillon tasks` against an API over the model store. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tasksCommand } from '../../../src/cli/commands/tasks.js';
import { createOutput } from '../../../src/cli/output.js';
import { describeError } from '../../../src/domain/input/error-text.js';
import { CarillonError } from '../../../src/domain/input/errors.js';
import { Kin } from '../../../src/tasks/kin.js';
import { type ApiOnModel, apiOnModel } from '../api/support.js';

let on: ApiOnModel;
let url: string;
beforeEach(async () => {
  on = apiOnModel();
  ({ url } = await on.api.listen());
});
afterEach(() => on.api.close());

/** What the command prints, and what it ends with. */
async function carillon(...words: string[]): Promise<{ out: string; error: unknown }> {
  let out = '';
  const stream = { write: (text: string) => (out += text) };
  const output = createOutput(stream, stream);
  const surroundings = { env: { CARILLON_URL: url }, directory: '.', output, version: '0' };
  try {
    await tasksCommand(surroundings).parseAsync(words, { from: 'user' });
    return { out, error: null };
  } catch (error) {
    return { out, error };
  }
}

it('names parents in one flag with commas between, or in several', async () => {
  const ids: string[] = [];
  for (const handler of ['a', 'b', 'c']) ids.push((await on.post('/v1/tasks', { handler })).json().id);
  const [a, b, c] = ids;
  const { out, error } = await carillon(
    'enqueue',
    'sum',
    '--after',
    `${a},${b}`,
    '--after',
    `${c}`,
    '--json',
  );
  expect(error).toBeNull();
  expect(JSON.parse(out)).toMatchObject({ state: 'scheduled', parents: ids });
});

it('shows which attempt made a task', async () => {
  const kin = new Kin(on.store, { id: 'aB-1', attempt: 3, options: {} });
  const { id } = await kin.enqueue('a');
  const { out } = await carillon('show', id);
  expect(out).toMatch(/^made by +attempt 3 of aB-1$/m);
  expect(out).not.toContain('taskId');
});

describe('wait', () => {
  const awaited = async (id: string) => {
    const { error } = await carillon('wait', id, '--timeout', '0ms');
    if (!(error instanceof CarillonError)) throw new Error(`ended with ${String(error)}`);
    return [error.exit, describeError(error)];
  };

  it('says that the time is over, with the state the task is in', async () => {
    const { id } = (await on.post('/v1/tasks', { handler: 'a', delay: '1h' })).json();
    expect(await awaited(id)).toEqual([
      1,
      'error: The task has not ended within 0ms: it is scheduled. [not_completed]',
    ]);
  });

  it('says how the task ended, and why', async () => {
    const { id } = (await on.post('/v1/tasks', { handler: 'a' })).json();
    const [task] = await on.claim(['a']);
    const times = { startedAt: on.store.now, finishedAt: on.store.now };
    const record = { attempt: 1, worker: 'w~1', ...times, outcome: 'failed' as const };
    const ending = { id, token: task?.token ?? '', failure: true, next: { to: 'dead' as const } };
    await on.store.settle('default', 'w~1', [
      { ...ending, record: { ...record, error: { message: 'no ink' } } },
    ]);
    expect(await awaited(id)).toEqual([1, 'error: The task is dead: no ink. [not_completed]']);
    const second = (await on.post('/v1/tasks', { handler: 'a' })).json();
    await on.post(`/v1/tasks/${second.id}/cancel`, { reason: 'not needed.' });
    expect(await awaited(second.id)).toEqual([
      1,
      'error: The task is cancelled: not needed. [not_completed]',
    ]);
  });
});

describe('reschedule and redrive', () => {
  it('show the task as it then stands, and exit 4 where its state does not allow it', async () => {
    const { id } = (await on.post('/v1/tasks', { handler: 'a', delay: '1h' })).json();
    const moved = await carillon('reschedule', id, '--delay', '0ms', '--json');
    expect(JSON.parse(moved.out)).toMatchObject({ id, state: 'ready' });
    expect((await carillon('reschedule', id, '--delay', '1h')).error).toMatchObject({ exit: 4 });
    expect((await carillon('redrive', id)).error).toMatchObject({ exit: 4 });
    expect((await carillon('redrive', 'none-x', '--payload', '1')).error).toMatchObject({ exit: 3 });
    const [{ token = '' } = {}] = await on.claim(['a']);
    const record = { attempt: 1, worker: 'w~1', startedAt: 1, finishedAt: 2, outcome: 'failed' as const };
    await on.store.settle('default', 'w~1', [{ id, token, record, failure: true, next: { to: 'dead' } }]);
    const { out } = await carillon('redrive', id, '--payload', '{"n":9007199254740993}');
    expect(out).toMatch(/state +ready/);
    expect((await on.store.find(id))?.payload).toBe('{"n":9007199254740993}');
  });
});
