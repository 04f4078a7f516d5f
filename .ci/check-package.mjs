/** Checks what a packed tarball holds: everything the product needs, and nothing of the workshop. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [tarball] = process.argv.slice(2);
const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
  .split('\n')
  .filter(Boolean)
  .map((name) => name.replace(/^package\//, ''));

const WANTED = [
  /^package\.json$/,
  /^README\.md$/,
  /^LICENSE$/,
  /^CHANGELOG\.md$/,
  /^dist\/cli\/main\.js$/,
  /^dist\/index\.js$/,
  /^dist\/index\.d\.ts$/,
  /^dist\/store\/redis\/beating-thread\.js$/,
  /^lua\/.+\.lua$/,
  /^web\/index\.html$/,
  /^docs\/.+\.md$/,
  /^examples\/handlers\.ts$/,
  /^examples\/README\.md$/,
  /^examples\/[a-z-]+\/main\.ts$/,
  /^schedules\/.+\.ya?ml$/,
];
const ALLOWED =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|(dist|lua|web|docs|schedules|examples)\/.+)$/;
const UNWANTED = /(^|\/)(test|bench|node_modules|\.carillon)\/|\.test\.|\.tsbuildinfo$|\.log$/;

const problems = [
  ...WANTED.filter((pattern) => !files.some((name) => pattern.test(name))).map(
    (pattern) => `no file like ${pattern.source}`,
  ),
  ...files
    .filter((name) => !ALLOWED.test(name) || UNWANTED.test(name))
    .map((name) => `should not be packed: ${name}`),
];
const main = execFileSync('tar', ['-xzOf', tarball, 'package/dist/cli/main.js'], { encoding: 'utf8' });
if (!main.startsWith('#!/usr/bin/env node\n'))
  problems.push('dist/cli/main.js does not start with #!/usr/bin/env node');

// Unpacked beside the packages it needs, it loads in both ways.
const place = mkdtempSync(join(tmpdir(), 'carillon-package-'));
mkdirSync(join(place, 'app/node_modules'), { recursive: true });
execFileSync('tar', ['-xzf', tarball, '-C', place]);
symlinkSync(resolve('node_modules'), join(place, 'package/node_modules'));
symlinkSync(join(place, 'package'), join(place, 'app/node_modules/carillon'));
const uses = 'const { Client } = CARILLON; await new Client().close(); console.log(typeof Client);';
for (const [kind, code] of [
  ['module', uses.replace('CARILLON', "await import('carillon')")],
  ['commonjs', `(async () => { ${uses.replace('CARILLON', "require('carillon')")} })();`],
]) {
  try {
    const cwd = join(place, 'app');
    const said = execFileSync(process.execPath, [`--input-type=${kind}`, '-e', code], {
      cwd,
      encoding: 'utf8',
    });
    if (said.trim() !== 'function') problems.push(`${kind}: Client is ${said.trim()}`);
  } catch (error) {
    problems.push(`${kind}: ${error.stderr}`);
  }
}
rmSync(place, { recursive: true });

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`${files.length} files, ${Math.round(readFileSync(tarball).length / 1024)} KiB`);
