/** Every action of the dashboard, pressed as a person would: what it did is asked from the API. */

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {
  OccurrencesPage,
  OperationPage,
  OperationView,
  QueueView,
  ScheduleView,
  Task,
  WorkerView,
} from '../../src/index.js';
import { TestBrowser } from '../support/chromium.js';
import { eventually } from '../support/eventually.js';
import { act, confirm, visit } from './looking.js';
import { Stage } from './stage.js';

interface Items<Item> {
  items: Item[];
}

let stage: Stage;
let browser: TestBrowser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  stage = await Stage.open();
  browser = await TestBrowser.launch();
});
afterEach(async () => {
  expect(complaints).toEqual([]);
  await browser.closePages();
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

async function open(path: string): Promise<void> {
  ({ page, complaints } = await browser.page());
  await visit(page, stage.url + path);
}

const once = { retry: { maxAttempts: 1 } };
const task = (id: string): Promise<Task> => stage.get(`/v1/tasks/${encodeURIComponent(id)}`);
const schedule = (id: string): Promise<ScheduleView> => stage.get(`/v1/schedules/${id}`);
const queue = (name: string): Promise<QueueView> => stage.get(`/v1/queues/${name}`);
const workers = async (): Promise<WorkerView[]> => (await stage.get<Items<WorkerView>>('/v1/workers')).items;
const operations = async (): Promise<OperationView[]> =>
  (await stage.get<OperationPage>('/v1/operations')).items;

/** The operation of this kind that began last, once it is over. */
async function ended(kind: string): Promise<OperationView> {
  const found = await eventually(
    async () => (await operations()).find((one) => one.kind === kind),
    (one) => one !== undefined && one.state !== 'running',
    { within: 30_000, every: 100, what: `the end of the ${kind}` },
  );
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

describe('of a schedule', () => {
  it('Run now starts one run, with another payload and overlap', async () => {
    await open('/schedules/on-leave');
    await act(page, 'Run now', { Payload: '{"name":"by hand"}', Overlap: 'allow' });
    const { items } = await eventually(
      () => stage.get<Items<Task>>('/v1/tasks?schedule=on-leave&state=completed'),
      (found) => found.items.length > 0,
    );
    expect(items).toMatchObject([{ payload: { name: 'by hand' }, schedule: { kind: 'trigger' } }]);
  });

  it('Pause holds it until a time and for a reason, and Resume lets it go on', async () => {
    await open('/schedules/on-leave');
    await act(page, 'Pause', { Until: '2h', Reason: 'works on the line' });
    const { state, paused, pausedBy } = await schedule('on-leave');
    expect([state, pausedBy, paused]).toEqual([
      'paused',
      'dashboard',
      expect.objectContaining({ reason: 'works on the line' }),
    ]);
    expect(Date.parse(String(paused?.['until']))).toBeGreaterThan(Date.now() + 3_600_000);
    await page.getByRole('main').getByText('works on the line').first().waitFor();
    await act(page, 'Resume');
    expect((await schedule('on-leave')).state).toBe('enabled');
  });

  it('Skip next lets so many instants pass', async () => {
    const [first, second] = (await schedule('on-leave')).nextRuns;
    await open('/schedules/on-leave');
    await act(page, 'Skip next', { 'How many': '2', Reason: 'a holiday' });
    const { items } = await stage.get<OccurrencesPage>(
      `/v1/schedules/on-leave/occurrences?from=${first}&to=${second}`,
    );
    expect(items.map(({ nominalAt, fate, reason }) => [nominalAt, fate, reason])).toEqual([
      [first, 'skipped', 'skipNext'],
      [second, 'skipped', 'skipNext'],
    ]);
  });

  it('Backfill says how many runs it would make, and makes them', async () => {
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    const [from, to] = [hour - 3 * 3_600_000, hour].map((at) => new Date(at).toISOString());
    await open('/schedules/on-leave');
    await page.getByRole('button', { name: 'Backfill', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('From').fill(from ?? '');
    await dialog
      .getByLabel('To', { exact: false })
      .first()
      .fill(to ?? '');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('3 runs').waitFor();
    await confirm(page, 'Backfill');
    expect(await ended('backfill')).toMatchObject({ matched: 3, done: 3, by: 'dashboard' });
  });

  it('it is made, and edited, as text that says what it does before it is saved', async () => {
    await open('/schedules?new');
    await page.getByLabel('Id').fill('by-hand');
    await page.getByLabel('Definition').fill('handler: greet\nevery: 1h\npayload: { name: hand }\n');
    const save = page.getByRole('button', { name: 'Save', exact: true });
    await save.click();
    await page.getByRole('heading', { level: 1, name: 'by-hand', exact: true }).waitFor();
    expect(await schedule('by-hand')).toMatchObject({ handler: 'greet', every: '1h' });

    await visit(page, `${stage.url}/schedules/by-hand?edit`);
    await page.getByLabel('Definition').fill('handler: greet\nevery: 2h\npayload: { name: hand }\n');
    await save.click();
    await page.getByRole('heading', { level: 1, name: 'by-hand', exact: true }).waitFor();
    expect(await schedule('by-hand')).toMatchObject({ every: '2h' });
    const { items } = await stage.get<Items<{ by: string }>>('/v1/schedules/by-hand/revisions');
    expect(items.map(({ by }) => by)).toEqual(['dashboard', 'dashboard']);
  });

  it('many of them are paused and resumed together, after their number was typed', async () => {
    await open('/schedules?q=midnight');
    await page.getByRole('main').getByRole('link', { name: 'midnight', exact: true }).waitFor();
    await act(page, 'Pause', { 'to confirm': '1', Reason: 'all of these' });
    expect((await schedule('midnight')).paused).toMatchObject({ reason: 'all of these' });
    expect((await schedule('new-year')).state).toBe('enabled');
    await act(page, 'Resume', { 'to confirm': '1' });
    expect((await schedule('midnight')).state).toBe('enabled');
  });
});

describe('of a task', () => {
  it('Enqueue makes it, with its payload to the last digit', async () => {
    await open('/tasks?new');
    await page.getByRole('dialog').getByText('More', { exact: true }).click();
    await confirm(page, 'Enqueue', {
      Handler: 'echo',
      Payload: '{"big":12345678901234567890}',
      When: '1h',
      'Unique key': 'only-one',
    });
    const { items } = await stage.get<Items<Task>>('/v1/tasks?handler=echo');
    expect(items).toMatchObject([{ state: 'scheduled', uniqueKey: 'only-one', queue: 'default' }]);
    await visit(page, `${stage.url}/tasks/${items[0]?.id}`);
    await page.getByText('12345678901234567890').first().waitFor();
  });

  it('Cancel ends it, with the reason; a running one is asked to end', async () => {
    const waiting = await stage.create({ handler: 'greet', delay: '1h' });
    await open(`/tasks/${waiting.id}`);
    await act(page, 'Cancel', { Reason: 'not needed' });
    expect(await task(waiting.id)).toMatchObject({ state: 'cancelled', reason: 'not needed' });

    const held = await stage.create({ handler: 'hold', payload: null });
    await visit(page, `${stage.url}/tasks/${held.id}`);
    await eventually(async () => (await task(held.id)).state === 'running');
    await act(page, 'Cancel');
    await eventually(async () => (await task(held.id)).state === 'cancelled', Boolean, { within: 20_000 });
  });

  it('Reschedule moves it, and Run now does not wait any longer', async () => {
    const { id } = await stage.create({ handler: 'greet', payload: { name: 'Ada' }, delay: '1h' });
    await open(`/tasks/${id}`);
    await act(page, 'Reschedule', { When: '2035-01-01T00:00:00Z' });
    expect(await task(id)).toMatchObject({ state: 'scheduled', dueAt: '2035-01-01T00:00:00.000Z' });
    await act(page, 'Run now');
    await eventually(async () => (await task(id)).state === 'completed');
  });

  it('Redrive puts a dead one back, with another payload', async () => {
    const { id } = await stage.run({ handler: 'refuse', payload: { message: 'as it was' }, ...once });
    await open(`/tasks/${id}`);
    await act(page, 'Redrive', { Payload: '{"message":"another one"}' });
    await eventually(async () => (await task(id)).attempts.length === 2);
    const again = await stage.get<Task>(`/v1/tasks/${id}/wait?timeout=20s`);
    expect(again).toMatchObject({ state: 'dead', error: { message: 'another one' } });
  });
});

describe('of many tasks', () => {
  it('Cancel of all that match asks for their number and is an operation; a group of dead ones is put back', async () => {
    await stage.post('/v1/tasks/batch', {
      tasks: [1, 2, 3].map(() => ({ handler: 'nobody.home', queue: 'far', delay: '1h' })),
    });
    await open('/tasks?queue=far&state=scheduled');
    await act(page, 'Cancel', { 'to confirm': '3', Reason: 'all of them' });
    expect(await ended('cancel')).toMatchObject({ matched: 3, done: 3, reason: 'all of them' });

    const message = 'the disk is full';
    for (const n of [1, 2]) await stage.run({ handler: 'refuse', payload: { message, n }, ...once });
    await visit(page, `${stage.url}/dead`);
    const group = page.getByRole('main').getByRole('listitem').filter({ hasText: message });
    await group.getByRole('button', { name: 'Redrive', exact: true }).click();
    await confirm(page, 'Redrive', { 'to confirm': '2', 'a minute': '600' });
    expect(await ended('redrive')).toMatchObject({ matched: 2, done: 2, perMinute: 600 });
  });

  it('selected ones are rescheduled, and no other', async () => {
    const [one, other] = [
      await stage.create({ handler: 'greet', queue: 'chosen', delay: '3h' }),
      await stage.create({ handler: 'greet', queue: 'chosen', delay: '3h' }),
    ];
    await open('/tasks?queue=chosen');
    await page.getByLabel(`Select ${one.id}`).check();
    await act(page, 'Reschedule', { 'How long from now': '9h' });
    await ended('reschedule');
    expect(Date.parse((await task(one.id)).dueAt)).toBeGreaterThan(Date.parse(one.dueAt));
    expect((await task(other.id)).dueAt).toBe(other.dueAt);
  });

  it('Abort ends an operation that is under way', async () => {
    await stage.post('/v1/tasks/batch', {
      tasks: Array.from({ length: 50 }, () => ({ handler: 'nobody.home', queue: 'slow', delay: '1h' })),
    });
    const filter = { queue: 'slow' };
    const { id } = await stage.post<OperationView>('/v1/tasks/cancel', { filter, count: 50, perMinute: 1 });
    await open(`/operations/${id}`);
    await act(page, 'Abort', { Reason: 'enough' });
    expect(await stage.get<OperationView>(`/v1/operations/${id}`)).toMatchObject({ state: 'aborted' });
  });
});

describe('of a queue', () => {
  it('Pause hands nothing out, Resume does again, Change limits sets them, and Purge cancels what waits', async () => {
    for (const _ of [1, 2]) await stage.create({ handler: 'nobody.home', queue: 'letters' });
    await open('/queues/letters');
    await act(page, 'Pause');
    expect((await queue('letters')).paused).toBe(true);
    await act(page, 'Resume');
    expect((await queue('letters')).paused).toBe(false);
    await act(page, 'Change limits', {
      Settings: '{ "concurrency": 3, "rate": { "limit": 5, "per": "1m" } }',
    });
    expect((await queue('letters')).settings).toMatchObject({
      concurrency: 3,
      rate: { limit: 5, per: '1m' },
    });
    await act(page, 'Purge', { 'to confirm': 'letters' });
    expect(await ended('purge')).toMatchObject({ matched: 2, done: 2 });
    expect(await queue('letters')).toMatchObject({ ready: 0, cancelled: 2 });
  });
});

describe('of workers and nodes', () => {
  const helper = async (): Promise<WorkerView | undefined> =>
    (await workers()).find(({ name }) => name === 'helper');

  it('a worker is quiet, takes tasks again, gets more slots and another queue, and stops', {
    timeout: 180_000,
  }, async () => {
    await stage.startWorker('helper');
    await eventually(helper, (one) => one !== undefined, { within: 30_000 });
    await open('/workers');
    const card = page.getByRole('main').getByRole('listitem').filter({ hasText: 'helper' });
    const press = async (name: string, fields = {}): Promise<void> => {
      await card.getByRole('button', { name, exact: true }).click();
      await confirm(page, name, fields);
    };
    // A worker is told with its next beat, and tells with the one after.
    const soon = { within: 30_000, every: 100 };
    await press('Quiet');
    await eventually(helper, (one) => one?.quiet === true, soon);
    await press('Resume');
    await eventually(helper, (one) => one?.quiet === false, soon);
    await press('Scale', { Slots: '3' });
    await eventually(helper, (one) => one?.concurrency === 3, soon);
    await card.getByRole('button', { name: 'Queues', exact: true }).click();
    await confirm(page, 'Change queues', { 'Queues it takes part in': 'letters' });
    await eventually(helper, (one) => one?.queues.join() === 'letters', soon);
    await press('Stop');
    await eventually(helper, (one) => one === undefined, soon);
    await card.waitFor({ state: 'detached' });
  });

  it('the leader steps down, and somebody leads with a later term', async () => {
    await stage.startStandby('two');
    const { leader } = await eventually(
      () => stage.get<{ leader: { term: number }; nodes: unknown[] }>('/v1/cluster'),
      ({ nodes }) => nodes.length === 2,
      { within: 30_000 },
    );
    await open('/cluster');
    await act(page, 'Step down');
    await eventually(
      () => stage.get<{ leader: { term: number } | null }>('/v1/cluster'),
      (now) => (now.leader?.term ?? 0) > leader.term,
      { within: 20_000 },
    );
  });
});

it('all of it stands in the audit, as done at the dashboard', async () => {
  const { items } = await stage.get<Items<{ action: string; by: string }>>('/v1/audit?limit=1000');
  const done = new Set(items.filter(({ by }) => by === 'dashboard').map(({ action }) => action));
  expect([...done].length).toBeGreaterThan(20);
  await open('/audit');
  await page.getByRole('table').getByText('cluster.stepDown').first().waitFor();
});
