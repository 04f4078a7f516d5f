/**
 * What docker/Dockerfile makes works as docker/compose.yaml runs it: built without an engine (dockerfile.mjs), then run as
 * an unprivileged user without capabilities, on a root that cannot be written. Skips where nobody is root on Linux.
 */

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildByHand } from './dockerfile.mjs';
import { freePort, until } from './waiting.mjs';

if (process.platform !== 'linux' || process.getuid() !== 0) {
  console.log('not root on Linux: the image is not checked here');
  process.exit(0);
}

const context = resolve('.');
// In memory, and not below the root: a layer cannot lie over one that it is part of.
const place = mkdtempSync('/dev/shm/carillon-image-');
const started = [];
const problems = [];
const want = (fine, otherwise) => {
  if (!fine) problems.push(otherwise);
};

/** Ends within a time as a container is given it, and how. */
async function ended(child, within) {
  const end = new Promise((done) => child.once('exit', (code, signal) => done(signal ?? code)));
  child.kill('SIGTERM');
  const late = new Promise((done) => setTimeout(() => done('late'), within));
  return Promise.race([end, late]);
}

try {
  const text = readFileSync('docker/Dockerfile', 'utf8');
  const image = await buildByHand({ text, context, place, tell: (step) => console.log(`--> ${step}`) });

  const own = (path) => existsSync(image.own(path));
  want(own('/carillon/dist/cli/main.js') && own('/carillon/lua'), 'the image has no product');
  want(!own('/carillon/node_modules/vitest'), 'the image has what the product is only built with');
  want(!own('/carillon/src') && !own('/carillon/test'), 'the image has sources');
  want(image.user !== 'root', 'the image runs as root');
  const size = execFileSync('du', ['-sm', image.own('/')], { encoding: 'utf8' }).split('\t')[0];
  const packages = readdirSync(image.own('/carillon/node_modules')).length;
  console.log(`beyond its base: ${size} MiB, ${packages} folders of packages`);

  const [redisPort, apiPort] = [await freePort(), await freePort()];
  const redis = spawn(
    'redis-server',
    ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--dir', place],
    { stdio: 'ignore' },
  );
  started.push(redis);
  const key = 'k'.repeat(64);
  const settings = {
    CARILLON_REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    CARILLON_PORT: String(apiPort),
    CARILLON_API_KEY: key,
    CARILLON_LOG_LEVEL: 'warn',
  };
  const mounts = { [resolve('schedules')]: '/app/schedules', [resolve('examples')]: '/app/examples' };
  const container = (words, more = {}) => {
    const child = image.start([...image.entrypoint, ...words], {
      ...{ env: { PATH: process.env.PATH, HOME: '/home/node', ...settings }, readOnly: true, mounts },
      ...more,
    });
    started.push(child);
    return child;
  };
  const node = container(image.cmd);
  const url = `http://127.0.0.1:${apiPort}`;
  const ask = async (path, options = {}) =>
    (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` }, ...options })).json();
  await until('the node is ready', async () => (await fetch(`${url}/readyz`)).ok);

  const env = { PATH: process.env.PATH, ...settings };
  await image.run(image.healthcheck, { env, readOnly: true });
  const status = readFileSync(`/proc/${node.pid}/status`, 'utf8');
  want(/^Uid:\t1000\t1000/m.test(status), 'the node does not run as the user of the image');
  want(/^CapEff:\t0+$/m.test(status) && /^CapBnd:\t0+$/m.test(status), 'the node has capabilities');

  const worker = container(['worker', 'examples/handlers.ts']);
  await until('a run of a schedule is completed', async () => {
    const { items } = await ask('/v1/tasks?schedule=heartbeat&state=completed');
    return items.length > 0;
  });
  // `import … from 'carillon'` in a module that is mounted finds the one of the image.
  const imported =
    "import('carillon').then(({ Client }) => process.exit(typeof Client === 'function' ? 0 : 1))";
  await image.run([process.execPath, '--input-type=module', '-e', `await ${imported}`], {
    env,
    readOnly: true,
  });
  const written = await image
    .run(['/bin/sh', '-c', 'touch /carillon/x 2>/dev/null'], { env, readOnly: true })
    .then(
      () => true,
      () => false,
    );
  want(!written, 'the root can be written: what was checked here proves nothing');

  want((await ended(worker, 40_000)) === 0, 'the worker does not end well within its grace period');
  want((await ended(node, 15_000)) === 0, 'the node does not end well within its grace period');
  // Nothing answers any more: the health check says so.
  const healthy = await image.run(image.healthcheck, { env, readOnly: true, stdio: 'ignore' }).then(
    () => true,
    () => false,
  );
  want(!healthy, 'the health check is content with a node that is gone');
} finally {
  for (const child of started) child.kill('SIGKILL');
  rmSync(place, { recursive: true, force: true });
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log('the image runs: unprivileged, with a root that cannot be written');
