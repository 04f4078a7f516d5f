/** What a schedule was and did, in Chromium: its revisions with the runs they moved, its calendar, and the family of a task. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestBrowser } from '../support/chromium.js';
import { visit } from './looking.js';
import { HOSTILE, Stage } from './stage.js';

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

const put = (body: Record<string, unknown>) =>
  stage.put('/v1/schedules/closing', { handler: 'echo', payload: {}, timezone: 'Europe/Berlin', ...body });

it('tells of each revision who made it, what it changed, and which runs came, went or moved', async () => {
  const { page, complaints } = await browser.page();
  await put({ cron: '0 3 * * *' });
  await put({ cron: '30 3 * * *', description: HOSTILE });
  await put({ cron: ['30 3 * * *', '0 18 * * *'] });
  await put({ cron: '0 18 * * *' });
  await visit(page, `${stage.url}/schedules/closing`);
  const rows = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'What it did' }) });
  await rows.nth(3).waitFor();
  expect(await rows.count()).toBe(4);
  const open = async (row: number): Promise<string> => {
    await rows.nth(row).getByRole('button', { name: 'What it did' }).click();
    const group = rows.nth(row).getByRole('group');
    await group.getByText(/runs? until/).waitFor();
    return (await group.textContent()) ?? '';
  };
  expect(await rows.nth(0).textContent()).toContain('in force');
  expect(await open(0)).toMatch(/7 runs removed/);
  expect(await open(1)).toMatch(/7 runs added/);
  const moved = await open(2);
  expect(moved).toMatch(/7 runs moved/);
  expect(moved).toMatch(/\d\d:00:00 → .*?\d\d:30:00/);
  expect(moved).toContain(HOSTILE.slice(0, 8));
  expect(await open(3)).toMatch(/7 runs added/);
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  expect(complaints).toEqual([]);
});

it('shows in its calendar every instant of a month, and each says why it ran, or did not', async () => {
  const { page } = await browser.page();
  await put({ cron: '0 18 * * *' });
  await stage.post('/v1/schedules/closing/skip', { count: 1, reason: 'holiday' });
  await visit(page, `${stage.url}/schedules/closing`);
  const skipped = page.getByRole('button', { name: /^\d\d:00 skipped: skipNext$/ });
  const later = page.getByRole('button', { name: 'Later' });
  // The last evening of a month belongs to the next one.
  if ((await skipped.count()) === 0) await later.click();
  await skipped.click();
  await page
    .getByRole('status')
    .getByText(/asked at .* to skip it \("holiday"\)/)
    .waitFor();
  await later.click();
  const month = page.getByRole('group', { name: /^[A-Z][a-z]+ \d{4}$/ });
  await expect.poll(() => month.getByRole('button').count()).toBeGreaterThanOrEqual(28);
});

it('compares two attempts, and leads from a task to its parents and its children', async () => {
  const { page, complaints } = await browser.page();
  const retry = { maxAttempts: 2, backoff: 'fixed', delay: '10ms' };
  const parent = await stage.run({ handler: 'refuse', payload: { message: HOSTILE }, retry });
  const after = { after: [parent.id], onParentDeath: 'run' };
  const child = await stage.run({ handler: 'echo', payload: 1, ...after });
  await visit(page, `${stage.url}/tasks/${parent.id}`);
  await page.getByRole('button', { name: 'Compare' }).click();
  const compared = page.getByRole('group', { name: 'Two attempts compared' });
  await compared.getByRole('row', { name: /Error/ }).waitFor();
  expect(await compared.getByRole('row', { name: /^Outcome/ }).textContent()).toMatch(/failed\s*failed/);
  await page.getByRole('heading', { name: 'Children' }).waitFor();
  await page.getByRole('link', { name: child.id }).click();
  await page.getByRole('heading', { level: 1, name: child.id }).waitFor();
  await page.getByRole('heading', { name: 'Parents' }).waitFor();
  await page.getByRole('link', { name: parent.id }).click();
  await page.getByRole('heading', { level: 1, name: parent.id }).waitFor();
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  expect(complaints).toEqual([]);
});
