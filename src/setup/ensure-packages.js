/** Installs the npm packages when there are none or the lockfile has changed since. */

import { changedAt, inRoot, ROOT } from './paths.js';
import { giveUp, run, say } from './run.js';

export async function ensurePackages() {
  const installed = changedAt(inRoot('node_modules', '.package-lock.json'));
  if (installed > 0 && installed >= changedAt(inRoot('package-lock.json'))) return;
  say('installing npm packages (npm ci)');
  const { code } = await run('npm', ['ci', '--no-audit', '--no-fund', '--prefix', ROOT], { quiet: true });
  if (code !== 0) giveUp('npm ci failed; its messages are above. Is the npm registry reachable?');
}
