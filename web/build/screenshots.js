/** Pictures of a running dashboard: `node web/build/screenshots.js http://127.0.0.1:4780 /tmp/shots / /tasks …` */

import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const LOOKS = {
  light: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light', deviceScaleFactor: 2 },
};
/** Until the first answers have come and been drawn, ms. */
const SETTLES = Number(process.env.SETTLES ?? 1_500);

const [url = 'http://127.0.0.1:4780', out = '/tmp/carillon-shots', ...paths] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROME_BIN ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const [look, options] of Object.entries(LOOKS)) {
  if (process.env.LOOKS && !process.env.LOOKS.includes(look)) continue;
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) console.error(`${look}: ${message.text()}`);
  });
  page.on('pageerror', (error) => console.error(`${look}: ${error.stack}`));
  for (const path of paths.length > 0 ? paths : ['/']) {
    await page.goto(new URL(path, url).href);
    await page.waitForTimeout(SETTLES);
    const name = path.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'overview';
    await page.screenshot({ path: `${out}/${name}.${look}.png` });
  }
  await context.close();
}
await browser.close();
