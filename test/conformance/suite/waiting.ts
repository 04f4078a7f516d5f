/** Behaviour of idle waits: a sign that there is work, never later than a bounded time. */

import { describe, expect, it } from 'vitest';
import { type MakeStore, onStage } from './stage.js';

export function describeWaiting(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('waiter', () => {
    it('answers the queue when work is there already', async () => {
      await stage().put(['a']);
      const waiter = stage().store.waiter();
      expect(await waiter.wait(['main'], ['work'], 2000)).toBe('main');
      waiter.close();
    });

    it('is woken by a new task, by a promotion and by a task that comes back', async () => {
      const { store, start } = stage();
      // One task first, so that the lane is known.
      await stage().put(['first']);
      const first = await stage().take('w');
      const waiter = store.waiter();
      /** Waits as a worker does, wait after wait, until it is told to claim. */
      const woken = async (cause: () => Promise<unknown>) => {
        const wait = waiter.wait(['main'], ['work'], 2000);
        await cause();
        const queue = (await wait) ?? (await stage().until(() => waiter.wait(['main'], ['work'], 2000)));
        expect(queue).toBe('main');
        return stage().take('w');
      };
      // Tokens left over from before would wake at once; claim until the store is quiet.
      await stage().claim('w');
      expect((await woken(() => stage().put(['new']))).id).toBe(stage().id('new'));
      await woken(async () => {
        await stage().putDue({ soon: start });
        await store.promote('main', 10);
      });
      const release = stage().settlement(first, 'w', { to: 'head' }, { failure: false });
      expect((await woken(() => store.settle('main', 'w', [release]))).id).toBe(first.id);
      waiter.close();
    });

    it.each([
      ['before any claim', false],
      ['after a claim', true],
    ])('ends without an answer when nothing comes, %s', async (_, claimed) => {
      if (claimed) await stage().claim('w');
      const waiter = stage().store.waiter();
      const [queue] = await Promise.all([waiter.wait(['main'], ['work'], 50), stage().elapse(51)]);
      expect(queue).toBeNull();
      waiter.close();
    });

    it('ends without an answer for a worker without handlers', async () => {
      await stage().put(['a']);
      const waiter = stage().store.waiter();
      const [queue] = await Promise.all([waiter.wait(['main'], [], 50), stage().elapse(51)]);
      expect(queue).toBeNull();
      waiter.close();
    });

    it('names the queue that has the work', async () => {
      const { store } = stage();
      const code = await store.open('other');
      await store.enqueue('other', [stage().draft(`${code}-x`)]);
      const waiter = store.waiter();
      expect(await waiter.wait(['main', 'other'], ['work'], 2000)).toBe('other');
      waiter.close();
    });

    it('lets several waiters drain what one call enqueued', async () => {
      const ids = await stage().put(Array.from({ length: 30 }, (_, i) => i));
      const claimed: string[] = [];
      await Promise.all(
        ['a', 'b', 'c'].map(async (worker) => {
          const waiter = stage().store.waiter();
          while (claimed.length < ids.length) {
            await waiter.wait(['main'], ['work'], claimed.length < ids.length ? 50 : 0);
            const { tasks } = await stage().claim(worker, { want: 1 });
            claimed.push(...tasks.map(({ id }) => id));
            await stage().elapse(1);
          }
          waiter.close();
        }),
      );
      expect(claimed.sort()).toEqual([...ids].sort());
    });

    it('wakes another with what the first could not use', async () => {
      await stage().put(['a']);
      const { store } = stage();
      const [busy, free] = [store.waiter(), store.waiter()];
      expect(await busy.wait(['main'], ['work'], 2000)).toBe('main');
      await busy.giveBack('main');
      expect(await free.wait(['main'], ['work'], 2000)).toBe('main');
      for (const waiter of [busy, free]) waiter.close();
    });

    it('ends at once when it is interrupted, and the next one waits again', async () => {
      const { store } = stage();
      const waiter = store.waiter();
      for (let i = 0; i < 2; i += 1) {
        const wait = waiter.wait(['main'], ['work'], 2000);
        await waiter.interrupt();
        expect(await wait).toBeNull();
      }
      await stage().put(['a']);
      expect(await waiter.wait(['main'], ['work'], 2000)).toBe('main');
      waiter.close();
    });

    it('is released when it is closed', async () => {
      const waiter = stage().store.waiter();
      const wait = waiter.wait(['main'], ['work'], 2000).catch(() => null);
      waiter.close();
      expect(await wait).toBeNull();
    });
  });
}
