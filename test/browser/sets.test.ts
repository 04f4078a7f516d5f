/** File sets on the page of the cluster: what is held is applied, and an earlier revision comes into force again. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestBrowser } from '../support/chromium.js';
import { eventually } from '../support/eventually.js';
import { confirm, visit } from './looking.js';
import { Stage } from './stage.js';

interface FileSet {
  release?: string;
  schedules: number;
  state: string;
  held: { difference: { created: number } } | null;
}

let stage: Stage;
let browser: TestBrowser;
let page: Page;

beforeAll(async () => {
  stage = await Stage.open();
  browser = await TestBrowser.launch();
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

const growth = (): Promise<FileSet> => stage.get('/v1/sets/growth');
/** In force, and carried out. */
const inForce = (schedules: number): Promise<FileSet> =>
  eventually(growth, (set) => set.schedules === schedules && set.state === 'applied', { within: 20_000 });

/** A file with so many schedules, as a deploy would send it. */
function propose(release: string, count: number): Promise<unknown> {
  const lines = Array.from(
    { length: count },
    (_, i) => `  campaign-${i}: { handler: h, cron: "0 ${i} * * *" }`,
  );
  const text = `version: 1\nsource: growth\nschedules:\n${lines.join('\n')}\n`;
  return stage.post('/v1/sets/growth/proposals', { release, files: [{ path: 'growth.yaml', text }] });
}

it('applies what is held, with what that creates, and rolls a set back', { timeout: 90_000 }, async () => {
  await propose('8', 1);
  await inForce(1);
  await propose('6', 3);
  expect((await growth()).held?.difference.created).toBe(2);

  ({ page } = await browser.page());
  await visit(page, `${stage.url}/cluster`);
  await page.getByText('2 created: campaign-1, campaign-2').waitFor();
  await page.getByRole('button', { name: 'Apply' }).click();
  await confirm(page, 'Apply');
  expect(await inForce(3)).toMatchObject({ release: '6', held: null });

  const row = page.getByRole('listitem').filter({ hasText: 'growth' });
  await row.getByRole('button', { name: 'Revisions' }).click();
  await row.getByRole('button', { name: 'Roll back' }).last().click();
  await confirm(page, 'Roll back');
  expect(await inForce(1)).toMatchObject({ release: '8' });
});
