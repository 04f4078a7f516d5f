/** How the browser tests look at the dashboard: by roles and names, as somebody who hears it would. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page, Request } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What each page asks for just now; the stream of events never ends. */
const underWay = new WeakMap<Page, Set<Request>>();

function requestsOf(page: Page): Set<Request> {
  const known = underWay.get(page);
  if (known) return known;
  const requests = new Set<Request>();
  underWay.set(page, requests);
  page.on('request', (request) => {
    if (!request.url().includes('/v1/events')) requests.add(request);
  });
  const over = (request: Request): boolean => requests.delete(request);
  page.on('requestfinished', over);
  page.on('requestfailed', over);
  return requests;
}

/** Opens a view and waits until its heading, and what it asks for first, are there. */
export async function visit(page: Page, url: string): Promise<void> {
  const requests = requestsOf(page);
  requests.clear();
  await page.goto(url);
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  for (let quiet = 0; quiet < 2; ) {
    // What has come is drawn in the next frame, and may ask for more.
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    quiet = requests.size === 0 ? quiet + 1 : 0;
  }
}

/** The row of a table in which a cell has this text. */
export function row(page: Page, table: string, text: string): Locator {
  return page
    .getByRole('table', { name: table, exact: true })
    .getByRole('row')
    .filter({ has: page.getByRole('cell', { name: text, exact: true }) });
}

/** In the dialog that an action opens: fills in its fields, by label, and presses the button with the action's name. */
export async function confirm(
  page: Page,
  action: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<void> {
  const dialog = page.getByRole('dialog');
  for (const [label, value] of Object.entries(fields)) {
    const field = dialog.getByLabel(label, { exact: false }).first();
    if (await field.evaluate((element) => element.tagName === 'SELECT')) await field.selectOption(value);
    else await field.fill(value);
  }
  await dialog.getByRole('button', { name: action, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Presses the button of an action, and confirms it. */
export async function act(
  page: Page,
  action: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: action, exact: true }).first().click();
  await confirm(page, action, fields);
}

/** What axe finds by the rules of WCAG 2.2 AA, as texts; a page is not changed by it. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    type Axe = {
      run(options: object): Promise<{
        violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[];
      }>;
    };
    const { axe } = window as unknown as { axe: Axe };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.slice(0, 5).map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`),
    );
  });
}

/** Whether the page as a whole scrolls sideways. */
export const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
