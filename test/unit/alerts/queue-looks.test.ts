/** Who asks over the API has a queue looked at only where something goes on, is wrong, or was told. */

import { beforeEach, expect, it, vi } from 'vitest';
import { QueueLooks } from '../../../src/alerts/queue-looks.js';
import type { QueueFacts } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';

const time = vi.hoisted(() => ({ mono: (): number => 0 }));
vi.mock('../../../src/runtime/clock.js', () => ({ mono: () => time.mono() }));

let model: ModelStore;
/** What is said of each queue where it is not as it is. */
let over: Record<string, Partial<QueueFacts>>;
let told: Record<string, string>;
let looks: QueueLooks;
beforeEach(() => {
  model = new ModelStore();
  looks = new QueueLooks();
  [over, told] = [{}, {}];
  time.mono = () => model.now;
});

const store = {
  told: async (queues: readonly string[]) => queues.map((queue) => told[queue] ?? '1'),
  queuesFacts: async (queues: readonly string[]): Promise<QueueFacts[]> =>
    (await model.queuesFacts(queues)).map((facts) => ({
      ...{ ...facts, pace: { ...facts.pace, rests: true as const } },
      ...over[facts.queue],
    })),
};

async function fresh(...queues: string[]): Promise<string[]> {
  for (const queue of queues) await model.open(queue);
  return (await looks.look(store, queues)).fresh;
}

it('one in which nothing goes on is looked at once in ten seconds', async () => {
  expect(await fresh('a', 'b')).toEqual(['a', 'b']);
  model.advance(9_999);
  expect(await fresh('a', 'b', 'c')).toEqual(['c']);
  model.advance(1);
  expect(await fresh('a', 'b', 'c')).toEqual(['a', 'b']);
});

it('one of which something was told is looked at', async () => {
  await fresh('a', 'b');
  told['b'] = '2';
  expect(await fresh('a', 'b')).toEqual(['b']);
});

it('one that is paused, has something ready, or is not known to rest is looked at each time', async () => {
  await model.open('x');
  const { pace } = await model.queueFacts('x');
  over = { paused: { paused: true }, waits: { ready: 1 }, goes: { pace } };
  for (let i = 0; i < 2; i += 1)
    expect(await fresh('paused', 'waits', 'goes')).toEqual(['paused', 'waits', 'goes']);
});

it('very many of them are looked at in turn where somebody asks all the time, and all of them where nobody did', async () => {
  const queues = Array.from({ length: 120 }, (_, i) => `q${i}`);
  over = Object.fromEntries(queues.map((queue) => [queue, { ready: 1 }]));
  const each = new Set<string>();
  expect(await fresh(...queues)).toHaveLength(120);
  for (let i = 0; i < 3; i += 1) {
    model.advance(900);
    const some = await fresh(...queues);
    expect(some).toHaveLength(50);
    for (const queue of some) each.add(queue);
  }
  expect(each.size).toBe(120);
  told['q119'] = '2';
  expect(await fresh(...queues)).toContain('q119');
  model.advance(3_000);
  expect(await fresh(...queues)).toHaveLength(120);
});

it('what stands of one that is not looked at is left as it is, and of one that is gone nothing is known', async () => {
  await fresh('a', 'b');
  const { seen } = await looks.look(store, ['a']);
  const alert = (subject: string) => ({ id: `queuePaused:${subject}`, kind: 'queuePaused', subject });
  expect([seen.mine(alert('a')), seen.mine(alert('b')), seen.wrong]).toEqual([true, false, []]);
});
