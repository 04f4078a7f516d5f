/** What must be there before anything is measured: the bench's own packages and the built product. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BENCH = fileURLToPath(new URL('..', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const installed = (name) => {
  const path = join(BENCH, 'node_modules', name, 'package.json');
  return existsSync(path) ? readJson(path).version : undefined;
};

export function prepare({ build }) {
  const { dependencies } = readJson(join(BENCH, 'package.json'));
  if (Object.entries(dependencies).some(([name, version]) => installed(name) !== version)) {
    run('npm', ['ci', '--no-audit', '--no-fund'], BENCH);
  }
  if (!build) return;
  const built = join(ROOT, 'dist', 'index.js');
  if (!existsSync(built) || newest(join(ROOT, 'src')) > statSync(built).mtimeMs) {
    run('npm', ['run', 'build'], ROOT);
  }
}

/** Whose figures these are. */
export function machine(redisVersion) {
  const model = cpus()[0]?.model ?? 'unknown';
  return {
    carillon: `${readJson(join(ROOT, 'package.json')).version} (${revision()})`,
    bullmq: installed('bullmq'),
    ioredis: installed('ioredis'),
    'cron-parser': installed('cron-parser'),
    croner: installed('croner'),
    redis: redisVersion,
    node: process.version,
    cpu: `${cpus().length} × ${model}`,
  };
}

function revision() {
  try {
    const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
    const dirty = git('status', '--porcelain', '--', 'src', 'lua') === '' ? '' : ' with changes';
    return `${git('rev-parse', '--short', 'HEAD')}${dirty}`;
  } catch {
    return 'no git';
  }
}

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) latest = Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return latest;
}

function run(command, args, cwd) {
  process.stderr.write(`${command} ${args.join(' ')}\n`);
  execFileSync(command, args, { cwd, stdio: ['ignore', 2, 2] });
}
