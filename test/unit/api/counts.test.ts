/** Counts of tasks over HTTP: by state, of everything, a queue, a handler, a schedule. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Tallied } from '../../../src/store/contract/index.js';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel();
});
afterEach(() => on.api.close());

const NONE = { scheduled: 0, ready: 0, running: 0, retrying: 0, completed: 0, dead: 0, cancelled: 0 };
const counts = async (query = '') => (await on.get(`/v1/tasks/counts${query}`)).json();

it('tells all seven states over all queues, of one queue, and of one handler', async () => {
  expect(await counts()).toEqual({ ...NONE, exact: true, scanned: 0 });
  await on.post('/v1/tasks', { handler: 'a', queue: 'mail' });
  await on.post('/v1/tasks', { handler: 'b', queue: 'mail', delay: '1h' });
  const { id } = (await on.post('/v1/tasks', { handler: 'b' })).json();
  await on.post(`/v1/tasks/${id}/cancel`);
  await on.claim(['a'], 1, 'mail');
  expect(await counts()).toMatchObject({ ...NONE, scheduled: 1, running: 1, cancelled: 1, exact: true });
  expect(await counts('?queue=mail')).toMatchObject({ ...NONE, scheduled: 1, running: 1 });
  expect(await counts('?handler=b')).toMatchObject({ ...NONE, scheduled: 1, cancelled: 1 });
  expect(await counts('?handler=b&queue=mail')).toMatchObject({ ...NONE, scheduled: 1 });
  expect(await counts('?queue=none')).toMatchObject(NONE);
});

it('tells runs of a schedule, and refuses what it does not know', async () => {
  await on.put('/v1/schedules/nightly', { handler: 'a', cron: '0 0 * * *' });
  await on.post('/v1/schedules/nightly/trigger');
  await on.post('/v1/tasks', { handler: 'a' });
  expect(await counts('?schedule=nightly')).toMatchObject({ ...NONE, ready: 1 });
  for (const query of ['?state=ready', '?queue=!', '?schedule=', '?handler=a&handler=b']) {
    expect((await on.get(`/v1/tasks/counts${query}`)).statusCode, query).toBe(422);
  }
});

it('says where there may be more than were counted', async () => {
  const tally = on.store.tally;
  on.store.tally = async (queue, range): Promise<Tallied> => {
    const { counts: found, unseen } = await tally(queue, range);
    return {
      known: true,
      counts: { ...found, dead: 3 },
      unseen: { ...unseen, dead: 40 },
      scanned: range?.scan ? 7 : 0,
    };
  };
  await on.post('/v1/tasks', { handler: 'a' });
  expect(await counts('?handler=a')).toEqual({
    ...{ ...NONE, ready: 1, dead: 3 },
    ...{ exact: false, atLeast: ['dead'], scanned: 7 },
  });
});
