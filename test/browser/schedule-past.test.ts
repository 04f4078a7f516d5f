/** What a schedule was and did, in Chromium: its revisions with the runs they moved, its calendar, and the family of a task. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestBrowser } from '../support/chromium.js';
import { eventually } from '../support/eventually.js';
import { scrollsSideways, visit } from './looking.js';
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

it('has hours for what runs often, within its own frame on a phone, and lists the instants of one', async () => {
  const { page } = await browser.page({ viewport: { width: 380, height: 800 } });
  await stage.put('/v1/schedules/often', { handler: 'echo', every: '1s', payload: 1 });
  await eventually(async () => {
    const { total } = await stage.get<{ total: { completed: number } }>('/v1/stats?schedule=often&step=1h');
    return total.completed > 0;
  });
  await visit(page, `${stage.url}/schedules/often`);
  const hour = page.getByRole('group', { name: /^Runs by day and hour/ }).getByRole('button');
  await hour.last().waitFor();
  expect(await hour.last().getAttribute('aria-label')).toMatch(/\d\d:00: \d+ completed/);
  // Hours to come are counted, too, and have no list below.
  await page
    .getByRole('group', { name: /^Runs by day and hour/ })
    .getByTitle(/: 3600 preview$/)
    .first()
    .waitFor();
  expect(await scrollsSideways(page)).toBe(false);
  await hour.last().click();
  await page.getByRole('button', { name: /^Why/ }).first().waitFor();
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

it('leads from a task to the attempt of the handler that made it', async () => {
  const { page } = await browser.page();
  const maker = await stage.run({ handler: 'beget', payload: 7 });
  await visit(page, `${stage.url}/tasks/${maker.result}`);
  await page.getByText('in its attempt 1').waitFor();
  await page.getByRole('link', { name: maker.id }).click();
  await page.getByRole('heading', { level: 1, name: maker.id }).waitFor();
  expect(await page.getByText('in its attempt').count()).toBe(0);
});

it('pauses all that match, filters by a label, shows a backfill under way, and deletes what no file owns', async () => {
  const { page, complaints } = await browser.page();
  const labels = { tier: 'gold' };
  await stage.put('/v1/schedules/golden', { handler: 'echo', every: '1h', labels });
  await visit(page, `${stage.url}/schedules`);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Filter' }).click();
  await dialog.getByLabel('Label').fill('tier=gold');
  await dialog.getByRole('button', { name: 'Filter' }).click();
  await expect.poll(() => new URL(page.url()).search).toBe('?label=tier%3Dgold');
  const rows = page.getByRole('table', { name: 'Schedules' }).getByRole('row');
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByRole('button', { name: 'Pause' }).click();
  await dialog.getByLabel('Until').fill('2h');
  await dialog.getByLabel('Reason').fill('works');
  await dialog.getByLabel(/to confirm/).fill('1');
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await rows.nth(1).getByText('goes on').waitFor();
  await rows.nth(1).getByText('works').waitFor();
  await page.getByRole('link', { name: 'golden' }).click();
  await stage.post('/v1/schedules/golden/backfill', {
    ...{ from: '2026-01-01T00:00:00Z', to: '2026-01-08T00:00:00Z', perMinute: 1 },
  });
  await page.getByRole('heading', { name: 'Backfills' }).waitFor();
  await page.getByRole('progressbar').waitFor();
  await page.getByRole('button', { name: 'Abort' }).click();
  await dialog.getByRole('button', { name: 'Abort' }).click();
  await page.getByText('aborted', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByLabel(/to confirm/).fill('golden');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { level: 1, name: 'Schedules' }).waitFor();
  await expect.poll(() => rows.filter({ hasText: 'golden' }).count()).toBe(0);
  expect(complaints).toEqual([]);
});
