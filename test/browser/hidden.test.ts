/** A node that hides payloads: no page shows one, and none that is used there costs one. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client } from '../../src/index.js';
import { TestBrowser } from '../support/chromium.js';
import { visit } from './looking.js';
import { Stage } from './stage.js';

const SECRET = 'the word is open-sesame';

let stage: Stage;
let browser: TestBrowser;
let client: Client;

beforeAll(async () => {
  stage = await Stage.open({ env: { CARILLON_HIDE_PAYLOADS: 'true' } });
  browser = await TestBrowser.launch();
  client = new Client({ redis: stage.redis });
});
afterAll(async () => {
  await client?.close();
  await browser?.close();
  await stage?.close();
});

it('edits no schedule that would lose its payload, and runs it with the one it has', async () => {
  const { page, complaints } = await browser.page();
  await stage.put('/v1/schedules/keeper', { handler: 'echo', every: '1h', payload: { word: SECRET } });
  await visit(page, `${stage.url}/schedules/keeper`);
  await page.getByRole('button', { name: 'Delete' }).waitFor();
  expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Run now' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Hidden here.').waitFor();
  expect(await dialog.getByLabel('Payload').inputValue()).toBe('');
  await dialog.getByRole('button', { name: 'Run now' }).click();
  await page.getByRole('link', { name: 'Show the task' }).click();
  await page.getByText('This node hides payloads, results and progress.').waitFor();
  expect(await page.content()).not.toContain('sesame');
  const id = decodeURIComponent(new URL(page.url()).pathname.replace('/tasks/', ''));
  expect((await client.wait(id, '20s')).result).toEqual({ word: SECRET });

  await visit(page, `${stage.url}/schedules/keeper?edit`);
  await page.getByText('This node hides payloads.').waitFor();
  expect(await page.getByLabel('Definition').count()).toBe(0);
  expect(await client.schedules.get('keeper')).toMatchObject({ every: '1h', payload: { word: SECRET } });
  expect(complaints).toEqual([]);
});

it('edits one that has none', async () => {
  const { page } = await browser.page();
  await stage.put('/v1/schedules/bare', { handler: 'echo', every: '1h' });
  await visit(page, `${stage.url}/schedules/bare`);
  await page.getByRole('link', { name: 'Edit' }).click();
  const text = page.getByLabel('Definition');
  await text.fill((await text.inputValue()).replace('1h', '2h'));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'bare', exact: true }).waitFor();
  expect(await client.schedules.get('bare')).toMatchObject({ every: '2h' });
});
