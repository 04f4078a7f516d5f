/** Behaviour of what nodes are told: whatever begins where they rest is told and counted, so that none of it is lost. */

import { describe, expect, it } from 'vitest';
import type { Signal } from '../../../src/store/contract/index.js';
import { plain, scheduleEdit } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeTold(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const count = async (queue = 'main'): Promise<string> => (await stage().store.told([queue]))[0] ?? '';
  /** Whether `deed` is seen by the count, when no signal is heard. */
  const isCounted = async (deed: () => Promise<unknown>): Promise<boolean> => {
    const before = await count();
    await deed();
    return (await count()) !== before;
  };
  /** Nodes have looked and found nothing: they rest. */
  const rest = async (): Promise<void> => {
    const reply = await stage().store.promote('main', 1_000);
    expect(reply).toMatchObject({ nextLease: null, late: false });
  };

  describe('what is told of a queue', () => {
    it('is asked for many queues at once, in their order', async () => {
      const { store } = stage();
      await store.open('other');
      const [other, nobody, main] = await store.told(['other', 'nobody', 'main']);
      expect(other).not.toBe('');
      expect(nobody).toBe('');
      expect(main).toBe(await count());
      expect(await store.told([])).toEqual([]);
    });

    it('is counted: an edit, and an earlier due time', async () => {
      const { store, start } = stage();
      expect(await isCounted(() => store.edit('main', scheduleEdit(plain('daily', 'main'), start)))).toBe(
        true,
      );
      expect(await isCounted(() => stage().put(['a'], { due: start + 2 * LONG }))).toBe(true);
      expect(await isCounted(() => stage().put(['b'], { due: start + LONG }))).toBe(true);
    });

    it('is the first lease where nodes rest, also beside tasks that wait for time', async () => {
      const { store, start } = stage();
      await stage().put(['waits'], { due: start + LONG });
      await rest();
      await stage().put(['a', 'b']);
      const heard: Signal[] = [];
      const unsubscribe = await store.subscribe((signal) => heard.push(signal));
      expect(await isCounted(() => stage().take('v'))).toBe(true);
      await stage().until(async () => heard.length > 0);
      expect(heard).toEqual([{ kind: 'due', queue: 'main', due: 0 }]);
      expect(await isCounted(() => stage().take('w'))).toBe(false);
      await unsubscribe();
    });

    it('is a cancellation where nodes rest: what was cancelled is to be pruned', async () => {
      const [id = ''] = await stage().put(['a']);
      await rest();
      expect(await isCounted(() => stage().store.cancel('main', id))).toBe(true);
      await rest();
      expect(await isCounted(() => stage().store.cancel('main', id))).toBe(false);
    });

    it('is nothing while nobody rests: nodes look for themselves', async () => {
      await stage().put(['a', 'b']);
      await stage().take('v');
      await stage().store.promote('main', 1_000);
      expect(await isCounted(() => stage().take('w'))).toBe(false);
    });
  });
}
