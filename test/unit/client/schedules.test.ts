/** `client.schedules` over the model store: it reads what it is given as the API does, and refuses with the same codes. */

import { beforeEach, describe, expect, test } from 'vitest';
import { ClientSchedules } from '../../../src/client/schedules.js';
import type { CarillonError } from '../../../src/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';

let store: ModelStore;
let schedules: ClientSchedules;
beforeEach(() => {
  store = new ModelStore();
  schedules = new ClientSchedules(async () => store);
});

const daily = { handler: 'a', cron: '0 9 * * *', timezone: 'Europe/Berlin' } as const;

async function refusal(call: Promise<unknown>): Promise<CarillonError> {
  return call.then(
    () => expect.unreachable('nothing was refused'),
    (error: CarillonError) => error,
  );
}

describe('client.schedules', () => {
  test('puts, shows, lists, pauses, resumes, deletes, and says who did it', async () => {
    const put = await schedules.put('daily', { ...daily, cron: '*/90 * * * *', payload: { a: 1 } });
    expect(put).toMatchObject({ id: 'daily', state: 'enabled', payload: { a: 1 } });
    expect(put.warnings).toMatchObject([{ pointer: '/cron' }]);
    await schedules.put('daily', daily);
    expect(await schedules.get('daily', { runs: 3 })).toMatchObject({ cron: '0 9 * * *', runs: [] });
    const page = await schedules.list({ label: 'a=b', limit: 10 });
    expect(page).toEqual({ items: [], nextCursor: null, scanned: 1 });
    expect((await schedules.list()).items).toMatchObject([{ id: 'daily' }]);
    expect(await schedules.pause('daily', { reason: 'works' })).toMatchObject({
      state: 'paused',
      paused: { reason: 'works' },
    });
    expect((await store.schedule('daily'))?.schedule.by).toBe('client');
    expect(await schedules.resume('daily')).toMatchObject({ state: 'enabled' });
    await schedules.delete('daily');
    expect(await refusal(schedules.get('daily'))).toMatchObject({ code: 'not_found' });
  });

  test('tells what becomes of instants, and why', async () => {
    await schedules.put('daily', daily);
    const at = '2026-01-01T08:00:00Z';
    const { items } = await schedules.occurrences('daily', { from: new Date(store.now), to: at, limit: 5 });
    expect(items).toMatchObject([{ nominalAt: '2026-01-01T08:00:00.000Z', fate: 'preview' }]);
    const explained = await schedules.explain('daily', { at });
    expect(explained).toMatchObject({ fate: 'preview', sentence: expect.stringContaining('09:00') });
  });

  test('edits only the revision that was seen, where that is asked for', async () => {
    const { revision } = await schedules.put('daily', daily);
    await schedules.put('daily', { ...daily, owner: 'me' }, { revision });
    const stale = { code: 'precondition_failed' };
    expect(await refusal(schedules.put('daily', daily, { revision }))).toMatchObject(stale);
    expect(await refusal(schedules.delete('daily', { revision }))).toMatchObject(stale);
  });

  test.each<[string, (of: ClientSchedules) => Promise<unknown>, object]>([
    ['an unknown schedule', (of) => of.pause('nobody'), { code: 'not_found' }],
    ['an id that is none', (of) => of.get(7 as never), { code: 'invalid_input' }],
    ['an unknown option', (of) => of.list({ labels: 'a' } as never), { errors: [{ pointer: '/labels' }] }],
    ['a limit too large', (of) => of.list({ limit: 1_001 }), { errors: [{ pointer: '/limit' }] }],
    ['no time', (of) => of.explain('daily', {} as never), { errors: [{ pointer: '/at' }] }],
    ['a time that is none', (of) => of.explain('daily', { at: 'noon' }), { errors: [{ pointer: '/at' }] }],
    [
      'a range that is reversed',
      (of) => of.occurrences('daily', { from: '2027-01-02T00:00:00Z', to: '2027-01-01T00:00:00Z' }),
      { errors: [{ pointer: '/to' }] },
    ],
    [
      'a field that is wrong',
      (of) => of.put('x', { handler: 'a', cron: '61 * * * *' }),
      { errors: [{ pointer: '/cron' }] },
    ],
    [
      'environments',
      (of) => of.put('x', { ...daily, environments: ['test'] }),
      { errors: [{ pointer: '/environments' }] },
    ],
  ])('refuses %s', async (_what, call, expected) => {
    await schedules.put('daily', daily);
    const error = await refusal(call(schedules));
    expect(error.name).toBe('CarillonError');
    expect(error).toMatchObject(expected);
  });
});
