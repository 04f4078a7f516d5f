/** The pieces every figure with workers sets up: a fresh Redis, producers, warmed workers, a scheduler node. */

import { runsBegun, startChild } from './child.mjs';
import { startNode } from './node.mjs';
import { startRedis } from './redis.mjs';
import { hostMs } from './time.mjs';

/** Runs `act` with a fresh Redis and everything it starts there; all of it is gone afterwards. */
export async function withScene(side, options, act) {
  const redis = await startRedis(options);
  const started = [];
  const keep = (thing) => {
    started.push(thing);
    return thing;
  };
  try {
    return await act({
      redis,
      child: (url = redis.url) => keep(startChild(side, url)),
      node: async (url = redis.url, settings = {}) => keep(await startNode(side, url, settings)),
      keep,
    });
  } finally {
    for (const thing of started.reverse()) await thing.stop();
    await redis.stop();
  }
}

/**
 * Long-lived workers are what matters, so each process first runs `tasks` of a queue of its own, of the kind that is
 * measured: code is compiled, connections are up, scripts are loaded. The measured Worker is a new one in the same process.
 */
export async function warmWorkers(scene, workers, { tasks, concurrency, payload, failing = false }) {
  const producer = scene.child();
  for (const [index, worker] of workers.entries()) {
    const queue = `warm-${index}`;
    await producer.call('openProducer', { queue });
    await producer.call('bulk', { total: tasks, batch: 1000, payload, failing });
    await worker.call('openWorker', { queue, concurrency, failing });
    await runsBegun([worker], tasks);
    await worker.call('closeWorker');
  }
  await producer.stop();
}

/** CPU time of Redis, the workers and the scheduler node between two moments, ms. */
export function cpuMeter(redis, node) {
  let before;
  return {
    async start() {
      before = { redis: await redis.cpuMs(), node: node?.cpuMs() ?? 0, at: hostMs() };
    },
    async stop(reports) {
      const workers = reports.reduce((sum, report) => sum + report.cpuMs, 0);
      const server = (await redis.cpuMs()) - before.redis;
      const scheduler = node ? node.cpuMs() - before.node : 0;
      return {
        workers,
        redis: server,
        node: scheduler,
        all: workers + server + scheduler,
        took: hostMs() - before.at,
      };
    },
  };
}
