#!/usr/bin/env node
/** `npm run docs`: the book as a static site with search, in site/dist; `npm run docs -- --serve` shows it while you write. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partsOf, writePages } from './pages.mjs';

const SITE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const serve = process.argv.includes('--serve');

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const changed = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
if (changed(join(SITE, 'node_modules/.package-lock.json')) < changed(join(SITE, 'package-lock.json')))
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], SITE);

const into = join(SITE, 'pages');
const pages = writePages(ROOT, into);
console.log(`${pages.length} pages`);
mkdirSync(join(into, '.vitepress'));
const given = [partsOf(ROOT), join(SITE, 'dist')].map((value) => JSON.stringify(value));
writeFileSync(
  join(into, '.vitepress/config.mjs'),
  `import { configOf } from '../../config.mjs';\n\nexport default configOf(${given.join(', ')});\n`,
);
const vitepress = join(SITE, 'node_modules/vitepress/bin/vitepress.js');
run(process.execPath, [vitepress, serve ? 'dev' : 'build', into], SITE);
