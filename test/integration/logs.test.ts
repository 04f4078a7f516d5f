/** What a worker writes: an event in each line, levels by how grave it is, and more or less of it by a signal. */

import { expect, it } from 'vitest';
import { onScene } from '../support/scene.js';

const scene = onScene();

it('warns of a failed attempt, calls a death an error, and changes its level by SIGUSR2', async () => {
  scene.write(
    'handlers.mjs',
    `export default {
      fail: () => { throw new Error('no route to ' + Math.PI); },
      note: (_, ctx) => { ctx.log.info('noted'); ctx.log.debug('in depth'); },
    };`,
  );
  const worker = scene.carillon(['worker', 'handlers.mjs', '--name', 'w', '--log-format', 'json']);
  const lines = () =>
    worker.stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await worker.line(/worker\.started/);
  const retry = { maxAttempts: 2, delay: '10ms', jitter: false } as const;
  const { id } = await scene.client.enqueue('fail', null, { retry });
  await worker.line(/task\.dead/);
  const about = {
    name: 'w',
    task: id,
    handler: 'fail',
    queue: 'default',
    error: { message: 'no route to 3.141592653589793' },
  };
  expect(lines().filter(({ task }) => task === id)).toMatchObject([
    { ...about, level: 'warn', event: 'task.failed', attempt: 1 },
    { ...about, level: 'error', event: 'task.dead', attempt: 2 },
  ]);
  await scene.client.wait((await scene.client.enqueue('note')).id);
  worker.kill('SIGUSR2');
  await worker.line(/process\.level.*debug/);
  const noted = await scene.client.enqueue('note');
  await worker.line(/in depth/);
  worker.kill('SIGUSR2');
  await worker.line(/process\.level.*error/);
  await scene.client.wait((await scene.client.enqueue('note')).id);
  await worker.stop();
  const depth = lines().filter(({ message }) => message === 'in depth');
  expect(depth).toMatchObject([{ event: 'task.log', level: 'debug', task: noted.id }]);
  expect(lines().filter(({ message }) => message === 'noted')).toHaveLength(2);
  for (const line of lines()) expect(line).toHaveProperty('event');
});
