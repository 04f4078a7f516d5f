/** Programs on PATH, and how to install one with Debian's apt when that needs nobody's password. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, say } from './run.js';

/** Where Debian looks up whether an installation may start services; 101 says no. */
const POLICY = '/usr/sbin/policy-rc.d';

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

/** As `aptInstall`, of a package that brings a service of its own name: whoever wants the program starts it. */
export async function aptInstallIdle(prefix, name) {
  const servicesBefore = forbidServices(prefix);
  try {
    await aptInstall(prefix, name);
  } finally {
    servicesBefore();
  }
  // The package enables its service for the next boot.
  if (existsSync('/run/systemd/system')) {
    const [program, ...args] = [...prefix, 'systemctl', '--quiet', 'disable', '--now', name];
    await run(program, args, { quiet: true });
  }
}

/** Keeps Debian from starting the service it is about to install; answers how to put things back. */
function forbidServices(prefix) {
  if (existsSync(POLICY)) return () => {};
  const text = '#!/bin/sh\nexit 101\n';
  if (prefix.length === 0) {
    writeFileSync(POLICY, text, { mode: 0o755 });
    return () => rmSync(POLICY, { force: true });
  }
  const [program, ...args] = prefix;
  spawnSync(program, [...args, 'install', '-m', '755', '/dev/stdin', POLICY], { input: text });
  return () => {
    spawnSync(program, [...args, 'rm', '-f', POLICY]);
  };
}
