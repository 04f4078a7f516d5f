/** Behaviour of short looks at queues: whatever goes on in one shows, and nothing else does. */

import { describe, expect, it } from 'vitest';
import { plain, scheduleEdit } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeGlances(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const mark = async (queue = 'main'): Promise<string> =>
    (await stage().store.glance([queue]))[0]?.mark ?? 'none';
  const shows = async (deed: () => Promise<unknown>): Promise<boolean> => {
    const before = await mark();
    await deed();
    return (await mark()) !== before;
  };

  describe('a glance', () => {
    it('shows many queues, in their order', async () => {
      const { store } = stage();
      await store.open('other');
      await stage().put(['a']);
      const [other, main] = await store.glance(['other', 'main']);
      expect(main).toEqual((await store.glance(['main']))[0]);
      expect(other).toEqual((await store.glance(['other']))[0]);
      expect(main).not.toEqual(other);
      expect(await store.glance([])).toEqual([]);
    });

    it('shows each step of a task, told or not', async () => {
      const { store, start } = stage();
      expect(await shows(() => stage().put(['a', 'b']))).toBe(true);
      const task = await stage().take('w');
      expect(await shows(() => stage().complete('w', [stage().completion(task, 'w')]))).toBe(true);
      const other = await stage().take('w');
      expect(
        await shows(() => store.settle('main', 'w', [stage().settlement(other, 'w', { to: 'dead' })])),
      ).toBe(true);
      expect(await shows(() => store.redrive('main', [{ id: other.id, attempt: 1 }]))).toBe(true);
      expect(await shows(() => store.cancel('main', other.id))).toBe(true);
      expect(await shows(() => stage().put(['far'], { due: start + LONG }))).toBe(true);
    });

    it('shows that tasks came and went, though there are as many as before', async () => {
      const { store } = stage();
      const run = async (name: string): Promise<void> => {
        await stage().put([name]);
        await stage().complete('w', [stage().completion(await stage().take('w'), 'w')]);
      };
      await run('a');
      const few = { count: 1, age: LONG };
      expect(
        await shows(async () => {
          await run('b');
          await store.prune('main', { completed: few, dead: few, atLeast: 0 });
        }),
      ).toBe(true);
    });

    it('shows pauses and settings', async () => {
      const { store } = stage();
      expect(await shows(() => store.setQueue('main', { paused: true }))).toBe(true);
      expect(await shows(() => store.setQueue('main', { settings: { maxDepth: 5 } }))).toBe(true);
      expect(await shows(() => store.setQueue('main', { settings: { maxDepth: 6 } }))).toBe(true);
    });

    it('shows nothing where nothing goes on, whoever looks or asks for work', async () => {
      const { store } = stage();
      await stage().put(['a']);
      await stage().complete('w', [stage().completion(await stage().take('w'), 'w')]);
      await store.leave('main', 'w');
      await store.promote('main', 1_000);
      expect(
        await shows(async () => {
          await store.queueFacts('main');
          await store.list('main', ['completed', 'ready'], 10);
          await store.promote('main', 1_000);
          await stage().claim('w');
          await store.glance(['main']);
        }),
      ).toBe(false);
    });

    it('shows whether instants have a word of their own', async () => {
      const { store, start } = stage();
      const singled = async (): Promise<boolean | undefined> => (await store.glance(['main']))[0]?.singled;
      await store.edit('main', scheduleEdit(plain('daily', 'main'), start));
      expect(await singled()).toBe(false);
    });
  });
}
