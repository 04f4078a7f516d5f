/** The audit as people meet it: a node, the command line, and a node that comes after. */

import { expect, it } from 'vitest';
import type { AuditPage } from '../../src/audit/list.js';
import { onScene } from '../support/scene.js';

const scene = onScene();

async function startNode(): Promise<{ url: string; stop(): Promise<unknown> }> {
  const node = scene.carillon(['start', '--port', '0', '--schedules', 'none']);
  const [url = ''] = await node.line(/http:\/\/[^\s"]+/);
  return { url, stop: () => node.stop() };
}

it('tells who did what, also by the next node, and nothing of what only looked', {
  timeout: 60_000,
}, async () => {
  const first = await startNode();
  const env = { CARILLON_URL: first.url, USER: 'ada' };
  expect((await scene.run(['queues', 'pause', 'mail'], env)).code).toBe(0);
  expect((await scene.run(['queues', 'list'], env)).code).toBe(0);
  expect((await scene.run(['queues', 'resume', 'nowhere'], env)).code).toBe(3);
  const headers = { 'content-type': 'application/json', 'x-carillon-by': 'dashboard' };
  const body = JSON.stringify({ handler: 'a', queue: 'mail', payload: { secret: 'x' } });
  const made = await fetch(`${first.url}/v1/tasks`, { method: 'POST', headers, body });
  const { id } = (await made.json()) as { id: string };
  await scene.client.queues.resume('mail');
  await first.stop();
  const { url, stop } = await startNode();
  const { code, stdout } = await scene.run(['audit', '--json'], { CARILLON_URL: url });
  expect([code, (JSON.parse(stdout) as AuditPage).items]).toMatchObject([
    0,
    [
      { by: 'dashboard', action: 'task.enqueue', subject: id, requestId: made.headers.get('request-id') },
      { by: 'ada', action: 'queue.pause', subject: 'mail', after: { paused: true } },
    ],
  ]);
  expect((JSON.parse(stdout) as AuditPage).items).toHaveLength(2);
  expect(stdout).not.toContain('secret');
  expect((await scene.client.audit({ limit: 1 })).items).toMatchObject([{ subject: id }]);
  await stop();
});
