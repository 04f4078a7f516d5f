/** Finds a Chromium for the browser tests, or installs Debian's with apt when that needs nobody's password. */

import { aptInstall, onPath, programAt, rootPrefix } from './apt.js';
import { giveUp } from './run.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const WAYS = [
  'Three ways to get one:',
  '  1. apt-get update && apt-get install chromium   (as root; Debian 12 or newer)',
  '  2. your own package manager, so that `chromium` or `google-chrome` is on PATH',
  '  3. a Chromium or Chrome you already have: CHROME_BIN=/path/to/it npm run test:browser',
].join('\n');

/** The path of its program. */
export async function ensureChromium() {
  const named = process.env.CHROME_BIN;
  if (named) return programAt(named) ?? giveUp(`CHROME_BIN is ${named}, which is no program. ${WAYS}`, 78);
  const prefix = find() ? null : rootPrefix();
  if (prefix !== null && onPath('apt-get')) await aptInstall(prefix, 'chromium');
  return find() ?? giveUp(`the browser tests need a Chromium, and none is on PATH. ${WAYS}`, 78);
}

function find() {
  return NAMES.map(onPath).find((path) => path !== null);
}
