/**
 * A release: checks that version, tag, changelog and package say the same, packs, and with --publish sends it to npm with
 * provenance. Without the flag nothing leaves this machine.
 *
 *   node .ci/release.mjs              # is this ready to be released?
 *   node .ci/release.mjs --publish    # .github/workflows/release.yml does, on a tag
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryOf } from './repository.mjs';

const publish = process.argv.includes('--publish');
const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' }).trim();
const shown = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const { version, publishConfig } = manifest;
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
const repository = repositoryOf(manifest, process.env);
want(
  repository,
  'nobody says where this repository is for the public, and provenance is checked against it: ' +
    'RELEASE_REPOSITORY=https://github.com/<owner>/<name>, a remote called origin, or `repository` in package.json',
);
if (publish)
  want(
    process.env.ACTIONS_ID_TOKEN_REQUEST_URL,
    'provenance is for the release workflow to give: push the tag instead',
  );

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

const place = mkdtempSync(join(tmpdir(), 'carillon-release-'));
try {
  const pack = (...more) =>
    join(
      place,
      run('npm', 'pack', '--silent', '--pack-destination', place, ...more)
        .split('\n')
        .at(-1),
    );
  // What is published says where it comes from; what lies here does not have to.
  run('tar', '-xzf', pack(), '-C', place);
  const said = JSON.stringify({ ...manifest, repository: { type: 'git', url: repository } }, null, 2);
  writeFileSync(join(place, 'package', 'package.json'), `${said}\n`);
  const tarball = pack(join(place, 'package'), '--ignore-scripts');
  shown(process.execPath, '.ci/check-package.mjs', tarball);
  // Of a version with a suffix (1.0.0-rc.1) nobody gets it who did not ask for it.
  const tag = version.includes('-') ? 'next' : 'latest';
  if (publish) shown('npm', 'publish', tarball, '--tag', tag);
  else
    console.log(
      `${version} is ready: push the tag v${version}, and it is published as ${tag}, from ${repository}`,
    );
} finally {
  rmSync(place, { recursive: true });
}
