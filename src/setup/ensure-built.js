/** Compiles src/ to dist/ when a source is newer than the last build, and has the dashboard built beside it. */

import { chmodSync, existsSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { sep } from 'node:path';
import { ensureWebBuilt } from './ensure-web-built.js';
import { changedAt, filesIn, inRoot, lastChangeIn } from './paths.js';
import { run, say } from './run.js';

const DIST = inRoot('dist');
/** Its time is when the last build that went well began: what changed meanwhile is newer. */
const STAMP = inRoot('dist', '.built');
/** The dashboard, which is not the compiler's. */
const WEB = inRoot('dist', 'web', sep);
const MAIN = inRoot('dist', 'cli', 'main.js');

/** Throws when the compiler finds errors; its messages are on standard error by then. */
export async function ensureBuilt() {
  if (isStale()) await compile();
  await ensureWebBuilt();
}

async function compile() {
  say('building (tsc)');
  const startedAt = new Date();
  const { code, output } = await run(
    process.execPath,
    [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '-p', inRoot('tsconfig.json'), '--listEmittedFiles'],
    { quiet: true },
  );
  const emitted = new Set();
  for (const line of output.split('\n')) {
    if (line.startsWith('TSFILE: ')) emitted.add(line.slice('TSFILE: '.length).trim());
    else if (line.trim() !== '') process.stderr.write(`${line}\n`);
  }
  if (code !== 0) throw new Error('the build failed');
  removeLeftovers(emitted);
  if (existsSync(MAIN)) chmodSync(MAIN, 0o755);
  writeFileSync(STAMP, '');
  utimesSync(STAMP, startedAt, startedAt);
}

function isStale() {
  const built = changedAt(STAMP);
  const sources = [
    lastChangeIn(inRoot('src')),
    lastChangeIn(inRoot('lua')),
    changedAt(inRoot('tsconfig.json')),
    changedAt(inRoot('package.json')),
  ];
  return built === 0 || !existsSync(MAIN) || Math.max(...sources) >= built;
}

/** A source that was removed must not live on in dist/ and be packed. */
function removeLeftovers(emitted) {
  for (const file of filesIn(DIST)) {
    if (!emitted.has(file) && file !== STAMP && !file.startsWith(WEB)) rmSync(file);
  }
}
