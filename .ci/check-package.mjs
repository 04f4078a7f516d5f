/** Checks a packed tarball: everything the product needs, nothing of the workshop, and types that are found. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

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
  /^dist\/web\/index\.html$/,
  /^docs\/.+\.md$/,
  /^examples\/handlers\.ts$/,
  /^examples\/README\.md$/,
  /^examples\/[a-z-]+\/main\.ts$/,
  /^examples\/shop\/(src|test|schedules)\/.+\.ts$/,
  /^schedules\/.+\.ya?ml$/,
  /^docker\/kubernetes\/.+\.yaml$/,
];
const ALLOWED =
  /^(package\.json|LICENSE|(README|CHANGELOG|CONTRIBUTING|SECURITY|bench\/README)\.md|(dist|docker|docs|examples|lua|schedules)\/.+)$/;
// An example shows how it is tested.
const UNWANTED =
  /^(?!examples\/).*((^|\/)test\/|\.test\.)|(^|\/)(node_modules|secrets|\.carillon)\/|\.tsbuildinfo$|\.log$|\.map$/;
/** What somebody downloads, and what lies on their disk (bytes): more than this was not meant. */
const MOST_PACKED = 2 * 1024 * 1024;
const MOST_UNPACKED = 7 * 1024 * 1024;

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

// Pages in it link to what is in it.
const folders = new Set(
  files.flatMap((name) => name.split('/').map((_, at, parts) => parts.slice(0, at).join('/'))),
);
for (const page of files.filter((name) => name.endsWith('.md'))) {
  const prose = readFileSync(join(place, 'package', page), 'utf8').replace(/^```.*?^```$/gms, '');
  for (const [, link] of prose.matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g)) {
    const target = resolve('/', dirname(page), link).slice(1);
    if (!/^(https?|mailto):/.test(link) && !files.includes(target) && !folders.has(target))
      problems.push(`${page} links to ${link}, which is not in the package`);
  }
}

// How it is declared, as every resolver reads it.
const data = readFileSync(tarball);
const { messages, pkg } = await publint({ pkgDir: join(place, 'package'), pack: false, strict: true });
problems.push(...messages.map((message) => `publint: ${formatMessage(message, pkg)}`));
const { problems: wrong = [] } = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
problems.push(
  ...wrong
    // `require('carillon')` loads an ES module: Node does that from 20.19 on, and older ones are refused.
    .filter(({ kind }) => kind !== 'CJSResolvesToESM')
    // For editors, not for programs: resolvers older than `exports` do not find it.
    .filter(({ entrypoint }) => entrypoint !== './schema.json')
    .map(({ kind, entrypoint, resolutionKind }) => `types: ${kind} of ${entrypoint} (${resolutionKind})`),
);

const unpacked = Number(
  execFileSync('du', ['-sb', join(place, 'package')], { encoding: 'utf8' }).split('\t')[0],
);
if (data.length > MOST_PACKED) problems.push(`${data.length} bytes packed: more than ${MOST_PACKED}`);
if (unpacked > MOST_UNPACKED) problems.push(`${unpacked} bytes unpacked: more than ${MOST_UNPACKED}`);
rmSync(place, { recursive: true });

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`;
console.log(`${files.length} files, ${kib(data.length)}, ${kib(unpacked)} unpacked`);
