/** The dashboard behind a reverse proxy, below a path: deep links, reloads, links, live views and actions. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Task } from '../../src/index.js';
import { TestBrowser } from '../support/chromium.js';
import { WebProxy } from '../support/web-proxy.js';
import { act, row, visit } from './looking.js';
import { Stage } from './stage.js';
import { viewsOf } from './views.js';

const PREFIX = '/ops/carillon';
let stage: Stage;
let proxy: WebProxy;
let browser: TestBrowser;

beforeAll(async () => {
  stage = await Stage.open({ env: { CARILLON_TRUST_PROXY: '1' } });
  proxy = await WebProxy.start({ nodes: [stage.url], prefix: PREFIX, strips: true });
  browser = await TestBrowser.launch();
  await stage.run({ handler: 'greet', payload: { name: 'Ada' } });
  await stage.create({ handler: 'nobody.home', queue: 'mail' });
  await stage.post('/v1/tasks/cancel', { filter: { queue: 'mail' }, count: 1 });
});
afterEach(() => browser.closePages());
afterAll(async () => {
  await browser?.close();
  await proxy?.stop();
  await stage?.close();
});

it('every address opens as a deep link and reloads, and asks for nothing outside of the path', async () => {
  const { page, complaints, requests } = await browser.page();
  for (const { path } of await viewsOf(stage)) {
    await visit(page, proxy.url + path);
    await page.reload();
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe(PREFIX + path);
    const links = await page
      .locator('a[href]')
      .evaluateAll((all) => all.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
    expect([path, links.filter((link) => !link.startsWith(PREFIX))]).toEqual([path, []]);
  }
  expect(complaints).toEqual([]);
  expect(requests.filter((url) => !url.startsWith(proxy.url))).toEqual([]);
});

it('links, keys, what is new and actions work there', async () => {
  const { page, complaints } = await browser.page();
  await visit(page, `${proxy.url}/queues/default`);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tasks' }).click();
  await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`${PREFIX}/tasks`);
  await page.getByRole('table', { name: 'Tasks' }).getByRole('row').nth(1).waitFor();
  const { id } = await stage.create({ handler: 'greet', payload: { name: 'Grace' }, delay: '1h' });
  await page.getByRole('button', { name: /^\d+ new$/ }).click();
  await row(page, 'Tasks', id).getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: id }).waitFor();
  await act(page, 'Cancel');
  await page.getByRole('main').getByText('cancelled').first().waitFor();
  expect((await stage.get<Task>(`/v1/tasks/${id}`)).state).toBe('cancelled');
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.getByRole('heading', { level: 1, name: 'Schedules' }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`${PREFIX}/schedules`);
  expect(complaints).toEqual([]);
});
