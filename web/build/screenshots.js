/**
 * Pictures of a running dashboard, of every view unless some are named:
 * `node web/build/screenshots.js http://127.0.0.1:4780 /tmp/shots [/tasks …]`.
 */

import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { everyView } from './every-view.js';

/** Of a window on a desk, px: 1440x900. */
const [width = 1_440, height = 900] = (process.env.SIZE ?? '').split('x').map(Number).filter(Boolean);
const LOOKS = {
  light: { viewport: { width, height }, colorScheme: 'light' },
  dark: { viewport: { width, height }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light', deviceScaleFactor: 2 },
};
/** Until the first answers have come and been drawn, ms. */
const SETTLES = Number(process.env.SETTLES ?? 1_500);
/** The whole page, down to its end. */
const fullPage = process.env.WHOLE !== undefined;

const [url = 'http://127.0.0.1:4780', out = '/tmp/carillon-shots', ...named] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const paths = named.length > 0 ? named : await everyView(url);
const browser = await chromium.launch({
  executablePath: process.env.CHROME_BIN ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const [look, options] of Object.entries(LOOKS)) {
  if (process.env.LOOKS && !process.env.LOOKS.includes(look)) continue;
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  const page = await context.newPage();
  let path = '';
  const complain = (text) => console.error(`${look} ${path}: ${text}`);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(message.text());
  });
  page.on('pageerror', (error) => complain(error.stack));
  for (path of paths) {
    await page.goto(new URL(path, url).href);
    await page.waitForTimeout(SETTLES);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) complain(`scrolls sideways by ${wide} px`);
    const name = path.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'overview';
    await page.screenshot({ path: `${out}/${name}.${look}.png`, fullPage });
  }
  await context.close();
}
await browser.close();
