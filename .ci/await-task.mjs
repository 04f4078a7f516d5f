/** Enqueues one task through an installed `carillon` and waits until a worker has completed it. */

import { spawnSync } from 'node:child_process';
import { until } from './waiting.mjs';

const [carillon, url] = process.argv.slice(2);

await until('the scheduler node is ready', async () => (await fetch(`${url}/readyz`)).ok);

const enqueue = ['tasks', 'enqueue', 'ci.greet', '--payload', '{"name":"bell"}', '--url', url, '--json'];
const { status, stdout, stderr } = spawnSync(carillon, enqueue, { encoding: 'utf8' });
if (status !== 0) throw new Error(`carillon ${enqueue.join(' ')} ended with ${status}: ${stdout}${stderr}`);
const { id } = JSON.parse(stdout);

const task = await until(`task ${id} is completed`, async () => {
  const now = await (await fetch(`${url}/v1/tasks/${encodeURIComponent(id)}`)).json();
  if (now.state === 'dead') throw new Error(`it is dead: ${now.error?.message}`);
  return now.state === 'completed' && now;
});
if (task.result !== 'hello bell') throw new Error(`unexpected result ${JSON.stringify(task.result)}`);
console.log(`task ${id} completed: ${task.result}`);
