/** The cluster of docker/compose.yaml as processes: the same commands and variables, with addresses and files of this test. */

import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import type { TestProcess } from '../support/processes.js';
import { onScene } from '../support/scene.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const KEY = 'k'.repeat(64);

interface Service {
  image?: string;
  command: string[];
  environment: Record<string, string>;
  volumes: string[];
}

const { services } = parse(readFileSync(`${ROOT}docker/compose.yaml`, 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
};
const ours = Object.entries(services).filter(([, { image }]) => image === 'carillon');

interface Cluster {
  leader: { node: string } | null;
  nodes: { name: string }[];
}

const on = onScene();

it('is a cluster of three nodes and two workers that survives its leader', async () => {
  on.write('api-key', `${KEY}\n`);
  const running = new Map<string, TestProcess>();
  const urls = new Map<string, string>();
  for (const [name, { command, environment, volumes }] of ours) {
    for (const volume of volumes) {
      const [from = '', to = ''] = volume.split(':');
      const mounted = on.path(to.replace('/app/', ''));
      if (!existsSync(mounted)) symlinkSync(resolve(ROOT, 'docker', from), mounted);
    }
    const port = String(await freePort());
    urls.set(name, `http://127.0.0.1:${port}`);
    const given: Record<string, string> = {
      ...environment,
      CARILLON_REDIS_URL: on.env['CARILLON_REDIS_URL'] ?? '',
      CARILLON_HOST: '127.0.0.1',
      CARILLON_API_KEY_FILE: on.path('api-key'),
      [environment['CARILLON_METRICS_PORT'] ? 'CARILLON_METRICS_PORT' : 'CARILLON_PORT']: port,
    };
    expect(Object.keys(given).sort()).toEqual(
      [
        ...Object.keys(environment),
        ...(environment['CARILLON_METRICS_PORT'] ? [] : ['CARILLON_PORT']),
      ].sort(),
    );
    running.set(name, on.carillon(command, given));
  }
  expect([...running.keys()]).toEqual(['node-1', 'node-2', 'node-3', 'worker-1', 'worker-2']);

  const headers = { authorization: `Bearer ${KEY}` };
  const ask = async (name: string, path: string) =>
    (await (await fetch(`${urls.get(name)}${path}`, { headers })).json()) as unknown;
  const cluster = async (name: string) => (await ask(name, '/v1/cluster')) as Cluster;
  const { leader } = await eventually(
    () => cluster('node-1'),
    ({ leader: now, nodes }) => now !== null && nodes.length === 3,
    { within: 30_000, what: 'three nodes, one of which leads' },
  );
  await eventually(
    async () => ((await ask('node-2', '/v1/workers')) as { items: unknown[] }).items.length === 2,
  );
  // The health check of the image, in the environment of the node.
  const [, port = ''] = /:(\d+)$/.exec(urls.get('node-3') ?? '') ?? [];
  await eventually(
    () => on.run(['healthcheck'], { CARILLON_PORT: port }),
    ({ code }) => code === 0,
    { within: 30_000, what: 'node-3 is well' },
  );
  // What Prometheus gets with the key, and nobody without.
  const scraped = await fetch(`${urls.get('worker-1')}/metrics`, { headers });
  expect(await scraped.text()).toContain('carillon_worker_slots');
  expect((await fetch(`${urls.get('worker-1')}/metrics`)).status).toBe(401);

  running.get(leader?.node ?? '')?.kill('SIGKILL');
  const other = leader?.node === 'node-1' ? 'node-2' : 'node-1';
  await eventually(
    () => cluster(other),
    ({ leader: now }) => now !== null && now.node !== leader?.node,
    {
      within: 20_000,
    },
  );
  const completed = async () =>
    ((await ask(other, '/v1/tasks?schedule=heartbeat&state=completed')) as { items: unknown[] }).items.length;
  const before = await completed();
  await eventually(completed, (now) => now > before, { within: 20_000 });
  for (const [name, one] of running) if (name !== leader?.node) expect((await one.stop()).code, name).toBe(0);
});
