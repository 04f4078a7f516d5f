import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Sampler } from '../../../src/scheduler/sampler.js';

vi.mock('../../../src/runtime/clock.js', () => ({ mono: () => performance.now() }));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function sampling(fails: (queue: string) => boolean = () => false) {
  const resting = new Set<string>();
  const asked: string[] = [];
  const sample = async (queue: string): Promise<void> => {
    asked.push(queue);
    if (fails(queue)) throw new Error('gone');
  };
  const sampler = new Sampler({ store: { sample }, atRest: (queue) => resting.has(queue) });
  return { sampler, resting, asked };
}

test('samples what was told of, and goes on while something goes on there', async () => {
  const { sampler, asked } = sampling();
  expect(await sampler.tick()).toBe(Number.POSITIVE_INFINITY);
  expect([sampler.stir('q'), sampler.stir('q')]).toEqual([true, false]);
  expect(await sampler.tick()).toBe(5_000);
  expect(await sampler.tick()).toBe(5_000);
  vi.advanceTimersByTime(5_000);
  await sampler.tick();
  expect(asked).toEqual(['q', 'q']);
});

test('a queue at rest is left alone, but for one more look: who says that it rests may not have heard yet', async () => {
  const { sampler, resting, asked } = sampling();
  resting.add('q');
  sampler.stir('q');
  expect(await sampler.tick()).toBe(5_000);
  vi.advanceTimersByTime(5_000);
  expect(await sampler.tick()).toBe(Number.POSITIVE_INFINITY);
  expect(asked).toEqual(['q', 'q']);
  expect(sampler.stir('q')).toBe(true);
});

test('one that cannot be sampled holds up no other', async () => {
  const { sampler, asked } = sampling((queue) => queue === 'broken');
  for (const queue of ['broken', 'q']) sampler.stir(queue);
  await expect(sampler.tick()).rejects.toThrow('gone');
  expect(asked).toEqual(['broken', 'q']);
  expect(await sampler.tick()).toBe(5_000);
});
