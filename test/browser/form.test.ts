/** The dashboard can be read by everybody: on a phone, in the dark, by ear and by keyboard. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestBrowser } from '../support/chromium.js';
import { findings, scrollsSideways, visit } from './looking.js';
import { Stage } from './stage.js';
import { viewsOf } from './views.js';

const PHONE = { width: 380, height: 800 };
/** No break where a line could end. */
const LONG = 'x'.repeat(250);

/** What opens only when it is asked for. */
const FORMS = ['/schedules?new', '/schedules/made?edit', '/tasks?new'];

let stage: Stage;
let browser: TestBrowser;

const everyPath = async (): Promise<string[]> => [
  ...(await viewsOf(stage)).map(({ path }) => path),
  ...FORMS,
];

beforeAll(async () => {
  stage = await Stage.open({ node: 'scheduler-on-a-machine-with-quite-a-long-name-far-far-away-1' });
  browser = await TestBrowser.launch();
  const once = { retry: { maxAttempts: 1 } };
  await stage.run({ handler: 'refuse', payload: { message: LONG }, ...once });
  await stage.run({ handler: 'echo', payload: { [LONG]: LONG, deep: { list: [1, 2, { a: null }] } } });
  await stage.create({ handler: 'refuse', payload: { message: 'again' }, retry: { delay: '1h' } });
  await stage.create({ handler: `nobody.${'x'.repeat(100)}`, queue: 'mail' });
  await stage.create({ handler: 'greet', delay: '1h', labels: { [LONG.slice(0, 60)]: LONG } });
  await stage.post('/v1/schedules/on-leave/pause', { reason: LONG });
  await stage.put('/v1/schedules/made', { handler: 'greet', every: '1d', description: LONG });
  const many = { filter: { queue: 'mail' }, count: 1, reason: LONG.slice(0, 200) };
  await stage.post('/v1/tasks/cancel', many);
});

afterEach(() => browser.closePages());

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

it.each(['light', 'dark'] as const)('has no findings of axe on any view in %s', async (colorScheme) => {
  const { page } = await browser.page({ colorScheme, bypassCSP: true, reducedMotion: 'reduce' });
  for (const path of await everyPath()) {
    await visit(page, stage.url + path);
    expect([path, await findings(page)]).toEqual([path, []]);
  }
});

it('never scrolls sideways as a whole on a phone, and has its way to every view there', async () => {
  const { page } = await browser.page({ viewport: PHONE });
  for (const path of await everyPath()) {
    await visit(page, stage.url + path);
    expect([path, await scrollsSideways(page)]).toEqual([path, false]);
    expect([path, await findings(page)]).toEqual([path, []]);
  }
  await visit(page, stage.url);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('dialog', { name: 'More' }).getByRole('link', { name: 'Workers' }).click();
  await page.getByRole('heading', { level: 1, name: 'Workers' }).waitFor();
});

it('keeps the choice of colours and of clocks', async () => {
  const { page } = await browser.page();
  await visit(page, stage.url);
  await page.getByRole('button', { name: 'dark', exact: true }).click();
  await page.getByRole('button', { name: 'UTC', exact: true }).click();
  await page.reload();
  const ground = await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  expect(ground).toBe('dark');
  expect(await page.getByRole('button', { name: 'UTC', exact: true }).getAttribute('aria-pressed')).toBe(
    'true',
  );
});
