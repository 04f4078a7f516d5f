/** Installs the npm packages when there are none or the lockfile has changed since. */

import { changedAt, inRoot } from './paths.js';
import { giveUp, run, say } from './run.js';

export async function ensurePackages() {
  const installed = changedAt(inRoot('node_modules', '.package-lock.json'));
  if (installed > 0 && installed >= changedAt(inRoot('package-lock.json'))) return;
  say('installing npm packages (npm ci)');
  // An outer npm run --silent would keep even the reason of a failure from us.
  const { code } = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], {
    quiet: true,
  });
  if (code !== 0) giveUp('npm ci failed; its messages are above. Is the npm registry reachable?');
}
