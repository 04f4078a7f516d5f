/** .ci/release.mjs: what is not ready is told, all of it at once, and nothing is published by it from here. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Processes } from '../support/processes.js';

const SCRIPT = fileURLToPath(new URL('../../.ci/release.mjs', import.meta.url));
const processes = new Processes();
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'carillon-release-'));
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(dir, { recursive: true });
});

const git = (...args: string[]): void => {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...who, ...args], { cwd: dir, stdio: 'ignore' });
};

function repository(own: object, changelog: string): void {
  const put = (name: string, text: string): void => writeFileSync(join(dir, name), text);
  const packed = { name: 'carillon', version: '1.2.3', publishConfig: { provenance: true }, ...own };
  put('package.json', JSON.stringify(packed));
  put('package-lock.json', JSON.stringify({ name: 'carillon', version: '1.2.3', lockfileVersion: 3 }));
  put('CHANGELOG.md', changelog);
  mkdirSync(join(dir, '.ci'));
  const look = [
    "import { execFileSync } from 'node:child_process';",
    "const packed = execFileSync('tar', ['-xzOf', process.argv[2], 'package/package.json'], { encoding: 'utf8' });",
    "console.log('the package was looked at, it is from', JSON.parse(packed).repository.url);",
  ];
  put('.ci/check-package.mjs', look.join('\n'));
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'all of it');
}

async function release(
  words: string[] = [],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; said: string[] }> {
  const elsewhere = { GITHUB_REPOSITORY: '', RELEASE_REPOSITORY: '', ...env };
  const script = processes.start(process.execPath, [SCRIPT, ...words], { cwd: dir, env: elsewhere });
  const { code } = await script.ended;
  return { code, out: script.stdout, said: script.stderr.split('\n').filter(Boolean) };
}

const LOG =
  '# Changelog\n\n## [1.2.3] - 2026-11-30\n\n### Added\n\n- A bell.\n\n## [1.2.2] - 2026-11-01\n\n- x\n';
const URL_OF_IT = { repository: { type: 'git', url: 'git+https://example.org/carillon.git' } };

it('names everything that is not ready', async () => {
  repository({ version: '1.2.4', publishConfig: {} }, LOG);
  writeFileSync(join(dir, 'new'), '');
  const { code, said } = await release();
  expect(code).toBe(1);
  expect(said).toEqual([
    expect.stringContaining('package-lock.json says 1.2.3, package.json 1.2.4'),
    expect.stringContaining('not committed'),
    expect.stringContaining('CHANGELOG.md lists nothing under "## [1.2.4]'),
    expect.stringContaining('not tagged v1.2.4'),
    expect.stringContaining('provenance (publishConfig)'),
    expect.stringContaining('RELEASE_REPOSITORY='),
  ]);
});

it('an empty section of the changelog is none', async () => {
  repository(URL_OF_IT, '## [1.2.3] - 2026-11-30\n\n## [1.2.2] - 2026-11-01\n\n- x\n');
  git('tag', 'v1.2.3');
  expect((await release()).said).toEqual([expect.stringContaining('CHANGELOG.md lists nothing')]);
});

it('looks at the package, and says what is next', async () => {
  repository(URL_OF_IT, LOG);
  git('tag', 'v1.2.3');
  const { code, out, said } = await release();
  expect({ code, said }).toEqual({ code: 0, said: [] });
  expect(out).toContain('the package was looked at, it is from git+https://example.org/carillon.git');
  expect(out).toContain('1.2.3 is ready: push the tag v1.2.3, and it is published as latest');
});

it.each([
  ['the remote', 'git@example.org:bells/carillon.git', {}, 'git+https://example.org/bells/carillon.git'],
  [
    'a variable',
    'git@example.org:bells/carillon.git',
    { RELEASE_REPOSITORY: 'https://example.com/other/carillon' },
    'git+https://example.com/other/carillon.git',
  ],
  [
    'the workflow',
    null,
    { GITHUB_SERVER_URL: 'https://example.net', GITHUB_REPOSITORY: 'bells/carillon' },
    'git+https://example.net/bells/carillon.git',
  ],
])('is from where %s says', async (_who, remote, env, url) => {
  repository({}, LOG);
  git('tag', 'v1.2.3');
  if (remote !== null) git('remote', 'add', 'origin', remote);
  const { code, out, said } = await release([], env);
  expect({ code, said }).toEqual({ code: 0, said: [] });
  expect(out).toContain(`it is from ${url}`);
});

it('takes no folder for an address', async () => {
  repository({}, LOG);
  git('tag', 'v1.2.3');
  git('remote', 'add', 'origin', '/srv/git/carillon.git');
  expect((await release()).said).toEqual([expect.stringContaining('RELEASE_REPOSITORY=')]);
});

it('publishes from nowhere but the workflow', async () => {
  repository(URL_OF_IT, LOG);
  git('tag', 'v1.2.3');
  const { code, said } = await release(['--publish']);
  expect({ code, said }).toEqual({ code: 1, said: [expect.stringContaining('release workflow')] });
});
