/**
 * A release: checks that version, tag, changelog and package say the same, packs, and with --publish sends it to npm with
 * provenance. Without the flag nothing leaves this machine.
 *
 *   node .ci/release.mjs              # is this ready to be released?
 *   node .ci/release.mjs --publish    # .github/workflows/release.yml does, on a tag
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const publish = process.argv.includes('--publish');
const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' }).trim();
const shown = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

const { version, repository, publishConfig } = JSON.parse(readFileSync('package.json', 'utf8'));
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const changelog = readFileSync('CHANGELOG.md', 'utf8');

const problems = [];
const want = (fine, otherwise) => {
  if (!fine) problems.push(otherwise);
};
want(
  lock.version === version,
  `package-lock.json says ${lock.version}, package.json ${version}: npm install`,
);
want(run('git', 'status', '--porcelain') === '', 'there are changes that are not committed');
const notes = changelog.split(/^## /m).find((part) => part.startsWith(`[${version}] - `)) ?? '';
want(/^- /m.test(notes), `CHANGELOG.md lists nothing under "## [${version}] - <date>"`);
const tags = run('git', 'tag', '--points-at', 'HEAD').split('\n');
want(tags.includes(`v${version}`), `HEAD is not tagged v${version}: git tag -s v${version}`);
want(publishConfig?.provenance === true, 'package.json does not ask for provenance (publishConfig)');
want(repository?.url, 'package.json has no repository: provenance is checked against it');
if (publish)
  want(
    process.env.ACTIONS_ID_TOKEN_REQUEST_URL,
    'provenance is for the release workflow to give: push the tag instead',
  );

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

const place = mkdtempSync(join(tmpdir(), 'carillon-release-'));
try {
  const tarball = join(place, run('npm', 'pack', '--silent', '--pack-destination', place).split('\n').at(-1));
  shown(process.execPath, '.ci/check-package.mjs', tarball);
  // Of a version with a suffix (1.0.0-rc.1) nobody gets it who did not ask for it.
  const tag = version.includes('-') ? 'next' : 'latest';
  if (publish) shown('npm', 'publish', tarball, '--tag', tag);
  else console.log(`${version} is ready: push the tag v${version}, and it is published as ${tag}`);
} finally {
  rmSync(place, { recursive: true });
}
