/** Builds the dashboard from web/ to dist/web when a source of it is newer than the last build. */

import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { changedAt, inRoot, lastChangeIn } from './paths.js';
import { run, say } from './run.js';

/** Its time is when the last build that went well began: what changed meanwhile is newer. */
const STAMP = inRoot('dist', 'web', '.built');

/** Throws when the build fails; what is wrong is on standard error by then. */
export async function ensureWebBuilt() {
  if (!isStale()) return;
  say('building the dashboard (vite)');
  const startedAt = new Date();
  const vite = inRoot('node_modules', 'vite', 'bin', 'vite.js');
  const { code, output } = await run(
    process.execPath,
    [vite, 'build', '--config', inRoot('web', 'vite.config.js'), '--logLevel', 'info'],
    // Whoever asks for it: a test would otherwise get a page with marks for developers, a tenth larger.
    { quiet: true, env: { NODE_ENV: 'production' } },
  );
  if (code !== 0) {
    process.stderr.write(output);
    // A build that outgrew its budget has written its files before it was measured.
    rmSync(inRoot('dist', 'web'), { recursive: true, force: true });
    throw new Error('the build of the dashboard failed');
  }
  const sizes = /first load .*/.exec(output)?.[0];
  if (sizes) say(`dashboard: ${sizes}`);
  writeFileSync(STAMP, '');
  utimesSync(STAMP, startedAt, startedAt);
}

function isStale() {
  const built = changedAt(STAMP);
  // A package carries what was built, not what it was built from.
  if (changedAt(inRoot('web', 'index.html')) === 0) return false;
  const sources = [
    lastChangeIn(inRoot('web')),
    changedAt(inRoot('src', 'api', 'dashboard-paths.ts')),
    changedAt(inRoot('package-lock.json')),
  ];
  return built === 0 || Math.max(...sources) >= built;
}
