/** The page at `/` in Chromium shows what the cluster does, and keeps up with it by itself. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestBrowser } from '../support/chromium.js';
import { cells, row, visit } from './looking.js';
import { Stage } from './stage.js';

let stage: Stage;
let browser: TestBrowser;

beforeAll(async () => {
  stage = await Stage.open();
  browser = await TestBrowser.launch();
});

afterEach(() => browser.closePages());

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

it('shows the leader, schedules, queues and tasks, without a complaint or a foreign request', async () => {
  const greeted = await stage.run({ handler: 'greet', payload: { name: 'Ada' } });
  const refused = await stage.run({
    handler: 'refuse',
    payload: { message: 'no such customer' },
    retry: { maxAttempts: 1 },
  });
  const later = await stage.create({ handler: 'greet', delay: '2h' });
  const lost = await stage.create({ handler: 'nobody.home', queue: 'mail' });

  // Here some browsers would call midnight 24:00.
  const { page, complaints, requests } = await browser.page({ locale: 'en-US' });
  await visit(page, stage.url);

  await page.getByText('leader one', { exact: true }).waitFor();
  await page.getByText('1 node, 1 worker', { exact: true }).waitFor();

  const midnight = row(page, 'Schedules', 'midnight');
  expect(await cells(midnight)).toMatchObject({ Handler: 'greet', State: 'enabled' });
  expect((await cells(midnight))['When']).toContain('0 0 * * *');
  expect((await cells(midnight))['Next runs']).toMatch(/00:00:00, then \w+ \d+ 00:00:00$/);
  const { nextRuns } = await stage.get<{ nextRuns: string[] }>('/v1/schedules/midnight');
  expect(nextRuns).toHaveLength(5);
  expect(await midnight.getByRole('cell').last().getAttribute('title')).toBe(nextRuns.join('\n'));
  // Years away: the year is said.
  expect((await cells(row(page, 'Schedules', 'new-year')))['Next runs']).toMatch(/2035 00:00:00$/);

  expect(await cells(row(page, 'Queues', 'default'))).toMatchObject({
    Scheduled: '1',
    Completed: '1',
    Dead: '1',
  });
  const mail = page.getByRole('row').filter({ hasText: 'no worker for nobody.home' });
  expect(await cells(mail)).toMatchObject({ Queue: 'mail no worker for nobody.home', Ready: '1' });

  expect(await cells(row(page, 'Latest tasks', greeted.id))).toMatchObject({
    Handler: 'greet',
    State: 'completed',
    Attempt: '1',
    Outcome: '"hello Ada"',
  });
  expect(await cells(row(page, 'Latest tasks', refused.id))).toMatchObject({
    State: 'dead',
    Outcome: 'no such customer',
  });
  const waiting = await cells(row(page, 'Latest tasks', later.id));
  expect(waiting).toMatchObject({ State: 'scheduled', Attempt: '0', Outcome: '' });
  expect(waiting['Due']).toMatch(/\(in 2 h\)$/);
  expect(await cells(row(page, 'Latest tasks', lost.id))).toMatchObject({
    State: 'unroutable',
    Outcome: 'waits: no worker has this handler',
  });

  expect(complaints).toEqual([]);
  expect(requests.length).toBeGreaterThan(5);
  // Its own pictures are part of the page: a data: address goes nowhere.
  const foreign = requests.filter((url) => !url.startsWith('data:') && new URL(url).origin !== stage.url);
  expect(foreign).toEqual([]);
});

it('shows a task that completes after the page was opened, without being loaded again', async () => {
  const { page, complaints } = await browser.page();
  await visit(page, stage.url);
  await page.evaluate(() => {
    document.documentElement.dataset['visit'] = 'first';
  });
  const task = await stage.create({ handler: 'greet', payload: { name: 'Grace' }, delay: '3s' });
  const shown = row(page, 'Latest tasks', task.id);
  await cells(shown, ({ State }) => State === 'scheduled');
  const done = await cells(shown, ({ State }) => State === 'completed');
  expect(done['Outcome']).toBe('"hello Grace"');
  expect(await page.evaluate(() => document.documentElement.dataset['visit'])).toBe('first');
  expect(complaints).toEqual([]);
});

it('shows a paused schedule as paused, with the reason, until it is resumed', async () => {
  const { page } = await browser.page();
  await visit(page, stage.url);
  const shown = row(page, 'Schedules', 'on-leave');
  expect(await cells(shown)).toMatchObject({ When: expect.stringContaining('every 1h'), State: 'enabled' });
  await stage.post('/v1/schedules/on-leave/pause', { reason: 'back in May' });
  const paused = await cells(shown, ({ State }) => State === 'paused');
  expect(paused['Next runs']).toBe('none: back in May');
  await stage.post('/v1/schedules/on-leave/resume');
  const resumed = await cells(shown, ({ State }) => State === 'enabled');
  expect(resumed['Next runs']).toMatch(/^(now|in )/);
});

it('says so when it hears nothing, keeps what it knew, and goes on when the node is back', async () => {
  const { id } = await stage.run({ handler: 'greet', payload: { name: 'Edsger' } });
  const { page } = await browser.page();
  await visit(page, stage.url);
  await stage.stopNode();
  const alert = page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.textContent()).toMatch(/^not up to date: /);
  expect(await cells(row(page, 'Latest tasks', id))).toMatchObject({ State: 'completed' });
  await stage.startNode();
  await page.getByText(/^as of \d/).waitFor();
  expect(await alert.count()).toBe(0);
});
