/** How the browser tests look at the page: by roles and names, as somebody who hears it would. */

import type { Locator, Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';

export type TableName = 'Schedules' | 'Queues' | 'Latest tasks';

/** Opens the page and waits until it has shown the API's answers once. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByText(/^as of \d/).waitFor();
}

/** The row of a table that its own header cell names. */
export function row(page: Page, table: TableName, name: string): Locator {
  return page
    .getByRole('table', { name: table })
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name, exact: true }) });
}

/** The texts of a row's cells by column, once `isThere` holds for them. */
export function cells(
  of: Locator,
  isThere: (cells: Record<string, string>) => boolean = () => true,
): Promise<Record<string, string>> {
  return eventually(
    async () => {
      const texts = await of.locator('th, td').allTextContents();
      const columns = await of.locator('xpath=ancestor::table').getByRole('columnheader').allTextContents();
      if (texts.length !== columns.length)
        throw new Error(`${texts.length} cells, ${columns.length} columns`);
      return Object.fromEntries(columns.map((column, index) => [column, texts[index] ?? '']));
    },
    isThere,
    { what: 'the row' },
  );
}
