/** Finds a redis-server on PATH, or installs one with apt when that needs nobody's password. */

import { spawnSync } from 'node:child_process';
import { aptInstallIdle, onPath, rootPrefix } from './apt.js';
import { giveUp } from './run.js';

const WANTED_MAJOR = 7;
const THREE_WAYS = [
  'Three ways to get one:',
  '  1. apt-get update && apt-get install redis-server   (as root; Debian 12, Ubuntu 24.04 or newer)',
  '  2. your own package manager, or Docker: docker run -p 6379:6379 redis:7, then way 3 with that address',
  '  3. a Redis you already have: REDIS_URL=redis://host:6379 npm start',
].join('\n');

export async function ensureRedis() {
  if (!onPath('redis-server')) await installRedis();
  const version = versionOf();
  if (version === null) giveUp(`no redis-server on PATH. ${THREE_WAYS}`, 78);
  if (version.major < WANTED_MAJOR) {
    giveUp(
      `redis-server ${version.text} is too old, ${WANTED_MAJOR}.0 or newer is needed. ${THREE_WAYS}`,
      78,
    );
  }
}

function versionOf() {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  const match = /v=((\d+)\.[\d.]+)/.exec(stdout ?? '');
  return match ? { text: match[1], major: Number(match[2]) } : null;
}

/** Best effort: whatever fails here ends in the message that names the three ways. */
async function installRedis() {
  const prefix = rootPrefix();
  if (prefix !== null && onPath('apt-get')) await aptInstallIdle(prefix, 'redis-server');
}
