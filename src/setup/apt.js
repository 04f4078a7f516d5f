/** Programs on PATH, and how to install one with Debian's apt when that needs nobody's password. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, say } from './run.js';

/** `path` when a program is there that we may start, else null. */
export function programAt(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? path : null;
  } catch {
    return null;
  }
}

/** Where `name` would be started from; null when no directory on PATH has it. */
export function onPath(name) {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const path = programAt(join(dir || '.', name));
    if (path !== null) return path;
  }
  return null;
}

/** What to put before a command so that it runs as root without a question; null when there is no such way. */
export function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : null;
}

/** Best effort: whoever asked looks afterwards whether the program is there. */
export async function aptInstall(prefix, name) {
  const asRoot = (...command) => {
    const [program, ...args] = [...prefix, ...command];
    return run(program, args, { quiet: true });
  };
  say(`installing ${name} (apt-get)`);
  await asRoot('apt-get', '-qq', 'update');
  const apt = ['apt-get', '-qq', '-y', '--no-install-recommends', 'install', name];
  await asRoot('env', 'DEBIAN_FRONTEND=noninteractive', ...apt);
}
