/** Where this repository is for the public: provenance is checked against it, and npm shows it. */

import { execFileSync } from 'node:child_process';

/** As `package.json` wants it, of whatever git takes; null for what is no address of a host. */
export function publicAddress(text) {
  const [, host, path] =
    /^(?:git\+)?(?:https?|ssh|git):\/\/(?:[^@/]+@)?([^/:]+)(?::\d+)?\/(.+?)(?:\.git)?\/?$/.exec(text) ??
    /^(?:[^@/\s]+@)([^/:\s]+):(.+?)(?:\.git)?\/?$/.exec(text) ??
    [];
  return host === undefined ? null : `git+https://${host}/${path}.git`;
}

function remote() {
  try {
    return execFileSync('git', ['remote', 'get-url', 'origin'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return '';
  }
}

/** The first that is said: by package.json, by RELEASE_REPOSITORY, by the workflow, by the remote `origin`; else null. */
export function repositoryOf(manifest, env) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env;
  const said =
    manifest.repository?.url ||
    env.RELEASE_REPOSITORY ||
    (server && name ? `${server}/${name}` : '') ||
    remote();
  return publicAddress(said);
}
