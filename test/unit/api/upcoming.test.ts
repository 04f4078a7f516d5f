/** What is to come, over HTTP: one calendar of schedules and tasks, page by page, and how much starts at a time. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UpcomingItem } from '../../../src/overviews/upcoming.js';
import { eventually } from '../../support/eventually.js';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel();
});
afterEach(() => on.api.close());

const HOUR = 3_600_000;
const at = (ms: number) => new Date(on.store.now + ms).toISOString();
const upcoming = async (query = '') => (await on.get(`/v1/upcoming${query}`)).json();
const put = async (id: string, body: object) => {
  const reply = await on.put(`/v1/schedules/${id}`, { handler: 'h', ...body });
  expect(reply.statusCode, reply.body).toBeLessThan(300);
};
const told = ({ items }: { items: UpcomingItem[] }) =>
  items.map(({ at, kind, schedule, id }) => `${at.slice(11, 16)} ${kind} ${schedule?.id ?? id.slice(0, 2)}`);

/** Every page, one cursor after the other. */
async function walk(query: string, between: (page: number) => Promise<unknown> = async () => {}) {
  const items: UpcomingItem[] = [];
  let cursor: string | null = '';
  for (let page = 0; cursor !== null && page < 100; page += 1) {
    const answer = await upcoming(`?${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    items.push(...answer.items);
    cursor = answer.nextCursor;
    await between(page);
  }
  return items;
}

describe('what is to come', () => {
  it('is one list of occurrences and of tasks that wait, by time, over all queues', async () => {
    expect(await upcoming()).toEqual({ items: [], nextCursor: null });
    await put('hourly', { cron: '0 * * * *', queue: 'reports' });
    await put('twice', { cron: '30 1,2 * * *' });
    await on.post('/v1/tasks', { handler: 'mail', queue: 'mail', delay: '45m' });
    await on.post('/v1/tasks', { handler: 'mail', queue: 'mail' });
    await on.post('/v1/tasks', { handler: 'late', delay: '2h' });
    const page = await upcoming(`?to=${at(3 * HOUR + 1)}`);
    expect(page.nextCursor).toBeNull();
    const [, first] = page.items;
    expect(told(page).map((line) => line.replace(/task .*/, 'task'))).toEqual([
      ...['00:45 task', '01:00 occurrence hourly', '01:30 occurrence twice'],
      ...['02:00 occurrence hourly', '02:00 task', '02:30 occurrence twice', '03:00 occurrence hourly'],
    ]);
    const nominal = on.store.now + HOUR;
    expect(first).toEqual({
      ...{ at: at(HOUR), kind: 'occurrence', id: `hourly@${nominal}`, handler: 'h', queue: 'reports' },
      schedule: { id: 'hourly', nominalAt: at(HOUR) },
    });
    expect(page.items[0]).toMatchObject({ kind: 'task', handler: 'mail', queue: 'mail', state: 'scheduled' });
  });

  it('has at most so many occurrences of one schedule where that is asked', async () => {
    await put('often', { every: '1m' });
    await put('often-too', { every: '1m' });
    await put('rare', { every: '2h' });
    const items = told(await upcoming(`?each=2&to=${at(3 * HOUR)}`));
    expect(items).toEqual([
      ...['00:01 occurrence often', '00:01 occurrence often-too'],
      ...['00:02 occurrence often', '00:02 occurrence often-too', '02:00 occurrence rare'],
    ]);
  });

  it('tells retries, and of schedules only what will fire', async () => {
    await put('a', { every: '1h' });
    for (const [id, body] of [
      ['off', { enabled: false }],
      ['shadow', { enabled: 'shadow' }],
    ] as const)
      await put(id, { every: '1h', ...body });
    await put('paused', { every: '1h' });
    await on.post('/v1/schedules/paused/pause');
    await put('skips', { every: '1h' });
    await on.post('/v1/schedules/skips/skip', { count: 2 });
    await put('few', { every: '1h', maxRuns: 1 });
    await put('ends', { every: '1h', endAt: at(HOUR + 1) });
    const items = told(await upcoming(`?to=${at(3.5 * HOUR)}`));
    expect(items).toEqual([
      ...['01:00 occurrence a', '01:00 occurrence ends', '01:00 occurrence few'],
      ...['02:00 occurrence a', '03:00 occurrence a', '03:00 occurrence skips'],
    ]);
    await on.post('/v1/schedules/paused/resume');
    await on.remove('/v1/schedules/a');
    await put('skips', { every: '2h' });
    expect(told(await upcoming(`?to=${at(2.5 * HOUR)}`))).toEqual([
      ...['01:00 occurrence ends', '01:00 occurrence few', '01:00 occurrence paused'],
      ...['02:00 occurrence paused'],
    ]);
    await on.post('/v1/tasks', { handler: 'r', queue: 'q' });
    const [task] = await on.claim(['r'], 1, 'q');
    const record = { attempt: 1, worker: 'w~1', startedAt: on.store.now, finishedAt: on.store.now };
    const due = on.store.now + 60_000;
    const ending = {
      id: task?.id ?? '',
      token: task?.token ?? '',
      failure: true,
      next: { to: 'retry' as const, due },
    };
    await on.store.settle('q', 'w~1', [{ ...ending, record: { ...record, outcome: 'failed' } }]);
    expect((await upcoming('?kind=task')).items).toMatchObject([
      { at: at(60_000), state: 'retrying', handler: 'r' },
    ]);
  });

  it('neither skips nor repeats over pages, many of one time, while others come and go', async () => {
    for (const id of ['s1', 's2', 's3', 's4', 's5']) await put(id, { every: '1h' });
    await put('own', { every: '1h', jitter: '5m' });
    for (const queue of ['a', 'b', 'c'])
      for (let n = 0; n < 4; n += 1)
        await on.post('/v1/tasks', { handler: `${queue}${n}`, queue, runAt: at(HOUR) });
    const query = `to=${at(2.5 * HOUR)}`;
    const whole = await walk(`${query}&limit=100`);
    expect(whole).toHaveLength(2 * 6 + 12);
    expect([...whole].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))).toEqual(whole);
    for (const limit of [1, 2, 5, 7]) expect(await walk(`${query}&limit=${limit}`)).toEqual(whole);
    const gone = whole.find(({ kind, queue }) => kind === 'task' && queue === 'b');
    const shown = await walk(`${query}&limit=5`, async (page) => {
      if (page === 0) await on.post(`/v1/tasks/${gone?.id}/cancel`);
      if (page === 1) await on.post('/v1/tasks', { handler: 'new', delay: '1m' });
    });
    expect(shown).toEqual(whole.filter(({ id }) => id !== gone?.id));
  });

  it('begins now at the earliest, and goes on as time passes', async () => {
    await put('minutely', { cron: '* * * * *' });
    await put('seconds', { every: '10s', queue: 'fast' });
    const first = async () => (await upcoming(`?from=${at(-HOUR)}&limit=1&queue=default`)).items[0].at;
    // Made at this very moment, it begins with the instant behind it.
    expect(await first()).toBe(at(60_000));
    for (const ms of [30_000, 90_000, 7 * HOUR + 1]) {
      on.store.advance(ms);
      const next = new Date(Math.ceil(on.store.now / 60_000) * 60_000).toISOString();
      expect(await first()).toBe(next);
    }
    const far = (await upcoming(`?from=${at(48 * HOUR)}&limit=3&kind=occurrence&queue=fast`)).items;
    expect(far).toHaveLength(3);
    expect(Date.parse(far[0].at)).toBeGreaterThanOrEqual(on.store.now + 48 * HOUR);
    expect(await first()).toBe(new Date(Math.ceil(on.store.now / 60_000) * 60_000).toISOString());
  });

  it('refuses what cannot be', async () => {
    const wrong = [
      ...[`from=${at(HOUR)}&to=${at(HOUR)}`, `from=${at(2 * HOUR)}&to=${at(HOUR)}`, `to=${at(-HOUR)}`],
      ...[
        'kind=none',
        'limit=0',
        'limit=1001',
        'cursor=x',
        'cursor=WzEsIiIsIiJd',
        'from=tomorrow',
        'step=1h',
      ],
    ];
    for (const query of wrong) {
      const reply = await on.get(`/v1/upcoming?${query}`);
      // The start of all time is where every list might begin.
      if (query === 'cursor=WzEsIiIsIiJd') expect(reply.statusCode).toBe(200);
      else expect(reply.statusCode, query).toBe(422);
    }
    const reversed = (await on.get(`/v1/upcoming?from=${at(2 * HOUR)}&to=${at(HOUR)}`)).json();
    expect(reversed.errors).toEqual([{ pointer: '/to', detail: 'must be later than from' }]);
  });
});

describe('the load of what is to come', () => {
  const load = async (query = '') => (await on.get(`/v1/upcoming/load${query}`)).json();

  it('counts starts in every step, and names the seconds in which most start', async () => {
    await put('quarters', { cron: '*/15 * * * *' });
    for (const id of ['n1', 'n2', 'n3']) await put(id, { cron: '30 2 * * *' });
    await put('off', { cron: '30 2 * * *', enabled: false });
    await put('few', { cron: '45 * * * *', maxRuns: 2 });
    const view = await load(`?from=${at(0)}&to=${at(6 * HOUR)}&step=1h`);
    expect(view).toMatchObject({ from: at(0), to: at(6 * HOUR), step: '1h', total: 23 + 3 + 2 });
    expect(view.items.map(({ starts }: { starts: number }) => starts)).toEqual([4, 5, 7, 4, 4, 4]);
    expect(view.until).toBeUndefined();
    expect(view.peaks[0]).toEqual({
      ...{ at: at(2.5 * HOUR), starts: 4, more: 0 },
      schedules: expect.arrayContaining(['n1', 'n2', 'n3', 'quarters']),
    });
    expect(view.peaks).toHaveLength(3);
  });

  it('counts tasks that wait for their time with them, of every queue', async () => {
    await put('hourly', { cron: '0 * * * *' });
    for (const [delay, queue] of [['90m'], ['95m', 'other'], ['5h'], ['9h'], ['0ms']])
      await on.post('/v1/tasks', { handler: 'x', delay, queue });
    const view = await load(`?from=${at(0)}&to=${at(6 * HOUR)}&step=1h`);
    expect(view.items.map(({ tasks }: { tasks: number }) => tasks)).toEqual([0, 2, 0, 0, 0, 1]);
    expect(view.items.map(({ starts }: { starts: number }) => starts)).toEqual([0, 3, 1, 1, 1, 2]);
    expect(view.total).toBe(8);
    expect(view.peaks).toEqual([]);
  });

  it('counts one schedule alone, as the others are edited, and no tasks', async () => {
    await put('mine', { cron: '*/15 * * * *' });
    await put('alike', { cron: '*/15 * * * *' });
    await put('bounded', { cron: '*/15 * * * *', maxRuns: 3 });
    await on.post('/v1/tasks', { handler: 'x', delay: '90m' });
    const span = `to=${at(3 * HOUR)}&step=1h`;
    const starts = async (query: string): Promise<number[]> =>
      (await load(`?${query}`)).items.map((item: { starts: number }) => item.starts);
    expect(await starts(`${span}&schedule=mine`)).toEqual([3, 4, 4]);
    expect(await starts(span)).toEqual([9, 9, 8]);
    expect(await starts(`${span}&schedule=bounded`)).toEqual([3, 0, 0]);
    expect(await starts(`${span}&schedule=nobody`)).toEqual([0, 0, 0]);
    await put('mine', { cron: '0 * * * *' });
    const more = `to=${at(16 * HOUR)}&step=1h`;
    expect((await load(`?${more}&schedule=mine`)).total).toBe(15);
    expect((await load(`?${more}&schedule=alike`)).total).toBe(63);
    expect((await on.get('/v1/upcoming/load?schedule=A!')).statusCode).toBe(422);
  });

  it('chooses its step, follows edits, and moves with the time', async () => {
    await put('a', { cron: '0 * * * *' });
    const day = await load();
    expect(day).toMatchObject({ step: '5m', total: 23 });
    expect(day.items).toHaveLength(288);
    on.store.advance(2 * HOUR);
    expect((await load()).items[0].at).toBe(at(0));
    expect((await load()).total).toBe(24);
    await put('b', { cron: '0 * * * *' });
    // Another span than was counted before the edit.
    expect((await load(`?to=${at(23.5 * HOUR)}&step=30m`)).total).toBe(24 + 23);
  });

  it('says how far it came where very many start', async () => {
    for (let n = 0; n < 30; n += 1) await put(`s${n}`, { every: '1s', jitter: `${n + 1}ms` });
    // Counting goes on beyond what one question waits for, and a million take a busy machine a while.
    const view = await eventually(
      () => load(`?to=${at(24 * HOUR)}&step=1h`),
      (one) => one.until === at(9 * HOUR),
      { within: 50_000 },
    );
    expect(view.items).toHaveLength(9);
    expect(view.items.at(-1).starts).toBe(30 * 3600);
  });

  it('refuses ranges reversed and more than 2,000 steps', async () => {
    for (const query of [
      `to=${at(-1)}`,
      `from=${at(HOUR)}&to=${at(1)}`,
      'step=1s',
      'step=0s',
      'step=x',
      'limit=1',
    ])
      expect((await on.get(`/v1/upcoming/load?${query}`)).statusCode, query).toBe(422);
    const many = (await on.get(`/v1/upcoming/load?to=${at(HOUR)}&step=1s`)).json();
    expect(many.errors[0]).toMatchObject({ pointer: '/step', detail: expect.stringContaining('3600 steps') });
  });
});
