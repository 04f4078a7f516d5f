/** Payloads that people edit in the dashboard: what is typed arrives, and no number loses a digit on the way. */

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestBrowser } from '../support/chromium.js';
import { visit } from './looking.js';
import { Stage } from './stage.js';

/** One more than a number of JavaScript can tell apart from its neighbours. */
const BIG = '9007199254740993';
const BIGGER = '123456789012345678901234567890';

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

/** As it was answered, before anything reads numbers. */
const textOf = async (path: string): Promise<string> => (await fetch(stage.url + path)).text();

const dialog = (page: Page) => page.getByRole('dialog');

/** Follows the link of what the page tells after a deed. */
async function showTask(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Show the task' }).click();
  await page.waitForURL(/\/tasks\/[^?]+$/);
  return decodeURIComponent(new URL(page.url()).pathname.replace('/tasks/', ''));
}

it('redrives with an edited payload, of which every other digit stays', async () => {
  const { page, complaints } = await browser.page();
  const made = await fetch(`${stage.url}/v1/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"handler":"refuse","payload":{"message":"no","id":${BIG},"of":1},"retry":{"maxAttempts":1}}`,
  });
  const { id } = (await made.json()) as { id: string };
  await stage.get(`/v1/tasks/${id}/wait?timeout=20s`);
  await visit(page, `${stage.url}/tasks/${id}`);
  await page.getByRole('region', { name: 'Payload, JSON' }).getByText(BIG).waitFor();
  await page.getByRole('button', { name: 'Redrive' }).click();
  const box = dialog(page).getByLabel('Payload');
  const before = await box.inputValue();
  expect(before).toContain(BIG);
  await box.fill(before.replace('"of": 1', `"of": ${BIGGER}`));
  await dialog(page).getByRole('button', { name: 'Redrive' }).click();
  await dialog(page).waitFor({ state: 'detached' });
  const text = await textOf(`/v1/tasks/${id}`);
  expect(text).toContain(`"id": ${BIG}`);
  expect(text).toContain(`"of": ${BIGGER}`);
  expect(complaints).toEqual([]);
});

it('runs a schedule now, and enqueues a task, with the digits that were typed', async () => {
  const { page } = await browser.page();
  await visit(page, `${stage.url}/schedules/on-leave`);
  await page.getByRole('button', { name: 'Run now' }).click();
  await dialog(page).getByLabel('Payload').fill(`{"name":${BIG}}`);
  await dialog(page).getByRole('button', { name: 'Run now' }).click();
  expect(await textOf(`/v1/tasks/${encodeURIComponent(await showTask(page))}`)).toContain(`{"name":${BIG}}`);

  await visit(page, `${stage.url}/tasks?new`);
  await dialog(page).getByLabel('Handler').fill('echo');
  await dialog(page).getByLabel('Payload').fill(BIGGER);
  await dialog(page).getByRole('button', { name: 'Enqueue' }).click();
  const id = await showTask(page);
  await page.getByRole('region', { name: 'Payload, JSON' }).getByText(BIGGER).waitFor();
  expect(await textOf(`/v1/tasks/${id}`)).toContain(`"payload":${BIGGER}`);
});

it('edits when a schedule runs, and leaves its payload as it was', async () => {
  const { page } = await browser.page();
  const payload = {
    id: 900719925474099,
    of: `\${HOME} "and" # more`,
    deep: [{ none: null }, 0.1, '0 0 * * *'],
  };
  await stage.put('/v1/schedules/exact', { handler: 'echo', cron: '0 0 * * *', payload });
  await visit(page, `${stage.url}/schedules/exact?edit`);
  const text = page.getByLabel('Definition');
  await text.fill((await text.inputValue()).replace(/^cron: .*$/m, 'cron: 30 4 * * *'));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'exact', exact: true }).waitFor();
  expect(await stage.get('/v1/schedules/exact')).toMatchObject({ cron: '30 4 * * *', payload });
});

it('enqueues another task like one that is there, although it does not fit, if that is wanted', async () => {
  const { page } = await browser.page();
  const { id } = await stage.run({ handler: 'invoice.send', payload: { customer: 1 } });
  await visit(page, `${stage.url}/tasks/${id}`);
  await page.getByRole('button', { name: 'Enqueue' }).click();
  await dialog(page).getByText('must be given').waitFor();
  await dialog(page)
    .getByLabel(/^Enqueue it although/)
    .check();
  await dialog(page).getByRole('button', { name: 'Enqueue', exact: true }).click();
  const another = await showTask(page);
  expect(another).not.toBe(id);
  expect((await stage.get<{ payload: unknown }>(`/v1/tasks/${another}`)).payload).toEqual({ customer: 1 });
  // Run now says it, too, while it is typed.
  await stage.put('/v1/schedules/billing', {
    handler: 'invoice.send',
    every: '1h',
    payload: { customer: 0 },
  });
  await visit(page, `${stage.url}/schedules/billing`);
  await page.getByRole('button', { name: 'Run now' }).click();
  await dialog(page).getByText('must be at least 1').waitFor();
  await dialog(page).getByLabel('Payload').fill('{"customer":1,"to":"a@b.c"}');
  await dialog(page).getByRole('status').waitFor({ state: 'detached' });
});

it('makes a form of what a handler says it takes, and says what does not fit before it is sent', async () => {
  const { page, complaints } = await browser.page();
  await visit(page, `${stage.url}/tasks?new`);
  await dialog(page).getByLabel('Handler').fill('invoice.send');
  const customer = dialog(page).getByLabel('customer');
  await customer.waitFor();
  const unfit = dialog(page).getByRole('status');
  await unfit.getByText('must be given').first().waitFor();
  await customer.fill('0');
  await dialog(page).getByLabel(/^to/).fill('ada');
  await unfit.getByText('must be at least 1').waitFor();
  await unfit.getByText('must be an address such as a@b.c').waitFor();
  await dialog(page).getByRole('button', { name: 'Enqueue', exact: true }).click();
  await dialog(page).getByRole('alert').getByText('does not fit invoice.send').waitFor();
  await customer.fill(BIG);
  await dialog(page).getByLabel(/^to/).fill('ada@example.com');
  await unfit.waitFor({ state: 'detached' });
  await dialog(page).getByLabel('copy').selectOption('true');
  await dialog(page).getByRole('button', { name: 'JSON' }).click();
  const box = dialog(page).getByRole('textbox', { name: /^Payload/ });
  expect(await box.inputValue()).toContain(`"customer": ${BIG}`);
  await dialog(page).getByRole('button', { name: 'Form' }).click();
  expect(await customer.inputValue()).toBe(BIG);
  await dialog(page).getByRole('button', { name: 'Enqueue', exact: true }).click();
  const id = await showTask(page);
  const text = (await textOf(`/v1/tasks/${id}`)).replaceAll(/\s/g, '');
  expect(text).toContain(`{"customer":${BIG},"to":"ada@example.com","copy":true}`);
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  expect(complaints).toEqual([]);
});
