/** A hundred thousand tasks: however far one scrolls, a page holds no more than 200 rows. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { TestBrowser } from '../support/chromium.js';
import { visit } from './looking.js';
import { Stage } from './stage.js';

const TASKS = 100_000;
const AT_ONCE = 10_000;
const MOST_ROWS = 200;
const SCREENS = 40;

let stage: Stage;
let browser: TestBrowser;

beforeAll(async () => {
  stage = await Stage.open();
  browser = await TestBrowser.launch();
  const client = new Client({ redis: stage.redis, log: silentLog });
  for (let made = 0; made < TASKS; made += AT_ONCE)
    await client.enqueueMany(
      Array.from({ length: AT_ONCE }, (_, n) => ({ handler: 'greet', payload: made + n, delay: '9h' })),
    );
  await client.close();
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

it('has at most 200 rows in the document while one scrolls, and goes on where one is', async () => {
  const { page, complaints } = await browser.page();
  await visit(page, `${stage.url}/tasks?state=scheduled`);
  const table = page.getByRole('table', { name: 'Tasks' });
  await table.getByRole('row').nth(20).waitFor();
  // Counted at every change of the document, not when somebody happens to look.
  await page.evaluate(() => {
    const counts = window as unknown as { most: number };
    counts.most = 0;
    const count = (): void => {
      counts.most = Math.max(counts.most, document.querySelectorAll('tr, [role=row]').length);
    };
    new MutationObserver(count).observe(document.body, { childList: true, subtree: true });
    count();
  });
  const known = async (): Promise<number> => Number(await table.getAttribute('aria-rowcount'));
  const first = await known();
  for (let screen = 0; screen < SCREENS; screen += 1) {
    const before = await known();
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await expect.poll(known, { timeout: 20_000, interval: 20 }).toBeGreaterThan(before);
  }
  expect(await known()).toBeGreaterThan(first + SCREENS * 40);
  await page.evaluate(() => scrollTo(0, 0));
  await table.getByRole('row').nth(1).waitFor();
  const most = await page.evaluate(() => (window as unknown as { most: number }).most);
  expect(most).toBeGreaterThan(50);
  expect(most).toBeLessThanOrEqual(MOST_ROWS);
  expect(complaints).toEqual([]);
});
