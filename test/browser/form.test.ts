/** The page can be read by everybody: on a phone, in the dark, by ear and by keyboard. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestBrowser } from '../support/chromium.js';
import { row, visit } from './looking.js';
import { Stage } from './stage.js';

const PHONE = { width: 380, height: 800 };
/** No break where a line could end. */
const LONG = 'x'.repeat(250);

let stage: Stage;
let browser: TestBrowser;

beforeAll(async () => {
  stage = await Stage.open({ node: 'scheduler-on-a-machine-with-quite-a-long-name-far-far-away-1' });
  browser = await TestBrowser.launch();
  const once = { retry: { maxAttempts: 1 } };
  await stage.run({ handler: 'refuse', payload: { message: LONG }, ...once });
  await stage.run({ handler: 'echo', payload: LONG });
  await stage.create({ handler: 'refuse', payload: { message: 'again' }, retry: { delay: '1h' } });
  await stage.create({ handler: `nobody.${'x'.repeat(100)}`, queue: 'mail' });
  await stage.create({ handler: 'greet', delay: '1h' });
  await stage.post('/v1/schedules/on-leave/pause', { reason: LONG });
});

afterEach(() => browser.closePages());

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

it('has a language, a title, one main heading, and a name for every region and table', async () => {
  const { page } = await browser.page();
  await visit(page, stage.url);
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(await page.title()).toBe('Carillon');
  expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['Carillon']);
  const parts = ['Schedules', 'Queues', 'Latest tasks'];
  expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(parts);
  for (const landmark of ['banner', 'main'] as const) expect(await page.getByRole(landmark).count()).toBe(1);
  for (const name of parts) {
    const table = page.getByRole('main').getByRole('region', { name }).getByRole('table', { name });
    expect(await table.count()).toBe(1);
    const columns = await table.getByRole('columnheader').count();
    const rows = table.locator('tbody tr');
    expect(await rows.count()).toBeGreaterThan(0);
    for (const each of await rows.all()) {
      expect(await each.getByRole('rowheader').count()).toBe(1);
      expect(await each.getByRole('cell').count()).toBe(columns - 1);
    }
  }
});

it('never scrolls sideways as a whole on a phone; a wide table does, by keyboard too', async () => {
  const { page } = await browser.page({ viewport: PHONE });
  await visit(page, stage.url);
  const [wide, seen] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  expect(seen).toBe(PHONE.width);
  expect(wide).toBe(seen);

  const outcome = row(page, 'Schedules', 'midnight').getByRole('cell').last();
  const isInView = async (): Promise<boolean> => {
    const box = await outcome.boundingBox();
    return box !== null && box.x + box.width <= PHONE.width;
  };
  expect(await isInView()).toBe(false);
  await page.keyboard.press('Tab');
  for (let presses = 0; presses < 60 && !(await isInView()); presses += 1) {
    await page.keyboard.press('ArrowRight');
  }
  expect(await isInView()).toBe(true);
});

it.each(['light', 'dark'] as const)('every text stands out from its ground in %s', async (colorScheme) => {
  const { page } = await browser.page({ colorScheme });
  await visit(page, stage.url);
  await row(page, 'Schedules', 'on-leave').getByText('paused').waitFor();
  const { ground, weak, looked } = await page.evaluate(contrasts);
  expect(ground > 0.5).toBe(colorScheme === 'light');
  expect(looked).toBeGreaterThan(40);
  expect(weak).toEqual([]);
});

/** Runs in the page: texts with less than 4.5 : 1 (WCAG 2.2, 1.4.3), and how light the page's own ground is. */
function contrasts(): { ground: number; weak: string[]; looked: number } {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element): string => {
    const { backgroundColor } = getComputedStyle(element);
    const isClear = backgroundColor === 'transparent' || backgroundColor.endsWith(', 0)');
    return isClear && element.parentElement ? groundOf(element.parentElement) : backgroundColor;
  };
  const texts = [...document.body.querySelectorAll('*')].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()),
  );
  const weak = texts.flatMap((element) => {
    const pair = [luminance(getComputedStyle(element).color), luminance(groundOf(element))];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    return ratio < 4.5 ? [`${element.className} "${element.textContent}" ${ratio.toFixed(2)}`] : [];
  });
  return { ground: luminance(groundOf(document.body)), weak, looked: texts.length };
}
