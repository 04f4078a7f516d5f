/** The dashboard in Chromium: every view is an address, shows what the cluster does, and keeps up with it by itself. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestBrowser } from '../support/chromium.js';
import { row, visit } from './looking.js';
import { Stage } from './stage.js';
import { viewsOf } from './views.js';

let stage: Stage;
let browser: TestBrowser;

beforeAll(async () => {
  stage = await Stage.open();
  browser = await TestBrowser.launch();
  await stage.run({ handler: 'greet', payload: { name: 'Ada' } });
  await stage.create({ handler: 'nobody.home', queue: 'mail' });
  await stage.post('/v1/tasks/cancel', { filter: { queue: 'mail' }, count: 1 });
});

afterEach(() => browser.closePages());

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

it('has one main, one heading and a title of its own at every address, opened there or reloaded', async () => {
  const { page, complaints, requests } = await browser.page();
  const titles = new Set<string>();
  const views = await viewsOf(stage);
  for (const { path } of views) {
    await visit(page, stage.url + path);
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect([path, await page.getByRole('main').count()]).toEqual([path, 1]);
    expect([path, await page.getByRole('heading', { level: 1 }).count()]).toEqual([path, 1]);
    expect(await page.title()).toMatch(/ · Carillon$/);
    titles.add(await page.title());
  }
  expect(titles.size).toBe(views.length);
  expect(complaints).toEqual([]);
  const foreign = requests.filter((url) => new URL(url).origin !== stage.url);
  expect(foreign).toEqual([]);
});

it('says that what is not there was not found', async () => {
  const { page } = await browser.page();
  for (const path of ['/no/such/place', '/tasks/none-x', '/schedules/nothing']) {
    await visit(page, stage.url + path);
    await page
      .getByRole('main')
      .getByText(/not found/i)
      .first()
      .waitFor();
    expect([path, await page.getByRole('heading', { level: 1 }).count()]).toEqual([path, 1]);
  }
});

it('goes from view to view by links and keys without loading the page again', async () => {
  const { page } = await browser.page();
  await visit(page, stage.url);
  await page.evaluate(() => {
    document.documentElement.dataset['visit'] = 'first';
  });
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Queues' }).click();
  await page.getByRole('heading', { level: 1, name: 'Queues' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/queues');
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
  await page.keyboard.press('/');
  expect(await page.getByRole('searchbox').evaluate((box) => box === document.activeElement)).toBe(true);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Queues' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.dataset['visit'])).toBe('first');
});

it('shows on every view how many tasks stand where, and who leads', async () => {
  const { page } = await browser.page();
  await visit(page, `${stage.url}/audit`);
  await page.getByRole('link', { name: /leader\s+one/ }).waitFor();
  const counts = page.getByRole('navigation', { name: 'Tasks by state' });
  await counts.getByRole('link', { name: /^completed\s*\d+$/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
  expect(new URL(page.url()).search).toBe('?state=completed');
});

it('follows a task from its making to its end; what is new comes in when it is asked for', async () => {
  const { page, complaints } = await browser.page();
  const { id } = await stage.create({ handler: 'greet', payload: { name: 'Grace' }, delay: '4s' });
  await visit(page, `${stage.url}/tasks?handler=greet`);
  const shown = row(page, 'Tasks', id);
  await shown.getByText('scheduled').waitFor();
  const before = await page.getByRole('table', { name: 'Tasks' }).getByRole('row').allTextContents();
  const another = await stage.run({ handler: 'greet', payload: { name: 'Joan' } });
  const pill = page.getByRole('button', { name: /^\d+ new$/ });
  await pill.waitFor();
  expect(await row(page, 'Tasks', another.id).count()).toBe(0);
  expect((await page.getByRole('table', { name: 'Tasks' }).getByRole('row').allTextContents()).length).toBe(
    before.length,
  );
  await shown.getByText('completed').waitFor();
  await pill.click();
  await row(page, 'Tasks', another.id).waitFor();
  expect(complaints).toEqual([]);
});

it('says so when the node is gone, keeps what it knew, and goes on when it is back', async () => {
  const { id } = await stage.run({ handler: 'greet', payload: { name: 'Edsger' } });
  const { page } = await browser.page();
  await visit(page, `${stage.url}/tasks`);
  await row(page, 'Tasks', id).waitFor();
  await stage.stopNode();
  const alert = page.getByRole('alert');
  await alert.getByText('This node does not answer.').waitFor();
  expect(await row(page, 'Tasks', id).count()).toBe(1);
  await stage.startNode();
  await alert.waitFor({ state: 'detached' });
  expect(await row(page, 'Tasks', id).count()).toBe(1);
});

it('says so when Redis is gone, keeps what it knew, and goes on when it is back', async () => {
  const { id } = await stage.run({ handler: 'greet', payload: { name: 'Alan' } });
  const { page } = await browser.page();
  await visit(page, `${stage.url}/tasks`);
  await page.evaluate(() => {
    document.documentElement.dataset['visit'] = 'first';
  });
  await row(page, 'Tasks', id).waitFor();
  await stage.stopRedis();
  const alert = page.getByRole('alert');
  await alert.getByText('Redis does not answer.').waitFor();
  expect(await row(page, 'Tasks', id).count()).toBe(1);
  // Another view says that it does not know, and not that there is nothing.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Queues' }).click();
  await page.getByRole('heading', { level: 1, name: 'Queues' }).waitFor();
  expect(await page.getByText('No queues yet.').count()).toBe(0);
  await stage.startRedis();
  await alert.waitFor({ state: 'detached', timeout: 60_000 });
  await row(page, 'Queues', 'default').waitFor();
  await page.goBack();
  await row(page, 'Tasks', id).waitFor();
  expect(await page.evaluate(() => document.documentElement.dataset['visit'])).toBe('first');
});

it('asks for nothing while nobody looks, and for nothing by itself while Live is off', async () => {
  const { page, requests } = await browser.page();
  await visit(page, `${stage.url}/tasks`);
  const asked = (): number => requests.length;
  const live = page.getByRole('switch', { name: 'Live' });
  expect(await live.getAttribute('aria-checked')).toBe('true');
  const atFirst = asked();
  await expect.poll(asked, { timeout: 10_000 }).toBeGreaterThan(atFirst);
  await live.click();
  await page.waitForTimeout(500);
  const stopped = asked();
  await page.waitForTimeout(6_000);
  expect(asked()).toBe(stopped);
  await live.click();
  await expect.poll(asked, { timeout: 10_000 }).toBeGreaterThan(stopped);
});
