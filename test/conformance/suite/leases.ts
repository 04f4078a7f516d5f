/** Behaviour of leases: beat, reap, the reaper's settle, leave. */

import { describe, expect, it } from 'vitest';
import type { ExpiredHold, Settlement } from '../../../src/store/contract/index.js';
import { LONG, type MakeStore, onStage, type Stage } from './stage.js';

/** Short enough to run out within a test. */
const BRIEF = 30;

/** What the reaper finds, once the leases have run out. */
function reaped(stage: Stage, count = 1): Promise<ExpiredHold[]> {
  return stage.until(async () => {
    const { holds } = await stage.store.reap('main', 100);
    return holds.length >= count && holds;
  });
}

function lost(stage: Stage, hold: ExpiredHold, next: Settlement['next']): Settlement {
  return stage.settlement(hold, hold.worker, next, { outcome: 'lost', startedAt: hold.startedAt });
}

export function describeLeases(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('reap', () => {
    it('lists what a worker holds whose lease ran out, and only that', async () => {
      const [gone = '', kept = ''] = await stage().put(['gone', 'kept'], { options: { timeout: 5 } });
      const claimed = await stage().claim('short', { want: 1, leaseMs: BRIEF });
      await stage().take('long');
      const holds = await reaped(stage());
      expect(holds).toEqual([
        {
          worker: 'short',
          id: gone,
          token: claimed.tasks[0]?.token,
          attempt: 1,
          startedAt: claimed.now,
          failures: 0,
          lossesBefore: 0,
          lastBeatAt: claimed.now,
          options: { timeout: 5 },
        },
      ]);
      expect(await stage().states([gone, kept])).toEqual(['running', 'running']);
    });

    it('tells when the first attempt began, where a settlement said so, until the task is put back', async () => {
      const { store, start } = stage();
      const [id = ''] = await stage().put(['a']);
      const first = await stage().take('w');
      expect(first.firstStartedAt).toBeUndefined();
      const retry = { ...stage().settlement(first, 'w', { to: 'head' }), firstStartedAt: start + 7 };
      expect(await store.settle('main', 'w', [retry])).toEqual(['ok']);
      const second = await stage().take('short', { leaseMs: BRIEF });
      expect(second).toMatchObject({ id, attempt: 2, failures: 1, firstStartedAt: start + 7 });
      const [hold] = await reaped(stage());
      expect(hold).toMatchObject({ id, firstStartedAt: start + 7 });
      if (!hold) throw new Error('one expected');
      const lostAt = { host: 'h', lastBeatAt: hold.lastBeatAt };
      const loss = lost(stage(), hold, { to: 'dead' });
      const record = { ...loss.record, lost: lostAt };
      const death = { ...loss, record, firstStartedAt: start + 7 };
      expect(await store.settle('main', 'short', [death], true)).toEqual(['ok']);
      expect((await stage().find(id)).history.at(-1)).toMatchObject({ outcome: 'lost', lost: lostAt });
      await store.redrive('main', [{ id, attempt: 2 }]);
      expect((await stage().take('w')).firstStartedAt).toBeUndefined();
    });

    it('is empty while leases hold, and lists at most `limit`', async () => {
      await stage().put([1, 2, 3]);
      await stage().claim('long', { want: 1 });
      expect((await stage().store.reap('main', 10)).holds).toEqual([]);
      await stage().claim('short', { want: 2, leaseMs: BRIEF });
      await reaped(stage(), 2);
      expect((await stage().store.reap('main', 1)).holds).toHaveLength(1);
    });

    it('forgets a worker that holds nothing', async () => {
      await stage().put(['a']);
      const task = await stage().take('w', { leaseMs: BRIEF });
      await stage().complete('w', [stage().completion(task, 'w')]);
      await stage().until(async () => {
        await stage().store.reap('main', 10);
        return (await stage().store.promote('main', 1)).nextLease === null;
      });
      expect(await stage().store.beat('main', 'w', LONG)).toBe('lost');
    });
  });

  describe("the reaper's settle", () => {
    it('is refused while the lease holds', async () => {
      await stage().put(['a']);
      const task = await stage().take('w');
      const ending = stage().settlement(task, 'w', { to: 'head' }, { outcome: 'lost' });
      expect(await stage().store.settle('main', 'w', [ending], true)).toEqual(['lost']);
      expect(await stage().find(task.id)).toMatchObject({ state: 'running', failures: 0, history: [] });
    });

    it('is refused once the worker has renewed', async () => {
      await stage().put(['a']);
      const task = await stage().take('w', { leaseMs: BRIEF });
      const [hold] = await reaped(stage());
      if (!hold) throw new Error('one expected');
      expect(await stage().store.beat('main', 'w', LONG)).toBe('ok');
      const ending = lost(stage(), hold, { to: 'head' });
      expect(await stage().store.settle('main', 'w', [ending], true)).toEqual(['lost']);
      expect(await stage().complete('w', [stage().completion(task, 'w')])).toEqual(['ok']);
    });

    it('gives the task to another worker, and the late ending of the first is lost', async () => {
      const [id = ''] = await stage().put(['a']);
      const first = await stage().take('old', { leaseMs: BRIEF });
      const [hold] = await reaped(stage());
      if (!hold) throw new Error('one expected');
      const ending = lost(stage(), hold, { to: 'head' });
      expect(await stage().store.settle('main', 'old', [ending], true)).toEqual(['ok']);
      expect(await stage().store.settle('main', 'old', [ending], true)).toEqual(['already']);

      const second = await stage().take('new');
      expect(second).toMatchObject({ id, attempt: 2, failures: 1 });
      const before = await stage().find(id);
      expect(await stage().complete('old', [stage().completion(first, 'old')])).toEqual(['lost']);
      const late = stage().settlement(first, 'old', { to: 'dead' });
      expect(await stage().store.settle('main', 'old', [late])).toEqual(['lost']);
      expect(await stage().find(id)).toEqual(before);

      const completion = stage().completion(second, 'new');
      expect(await stage().complete('new', [completion])).toEqual(['ok']);
      expect((await stage().find(id)).history).toEqual([ending.record, completion.record]);
    });

    it('is lost when the worker ended the task first', async () => {
      await stage().put(['a', 'b']);
      const { tasks } = await stage().claim('w', { leaseMs: BRIEF });
      const [hold] = await reaped(stage(), 2);
      const task = tasks.find(({ id }) => id === hold?.id);
      if (!hold || !task) throw new Error('one expected');
      expect(await stage().complete('w', [stage().completion(task, 'w')])).toEqual(['ok']);
      const ending = lost(stage(), hold, { to: 'head' });
      expect(await stage().store.settle('main', 'w', [ending], true)).toEqual(['lost']);
      expect((await stage().find(task.id)).state).toBe('completed');
    });

    it('says how many attempts right before were lost as well', async () => {
      await stage().put(['a']);
      const seen: number[] = [];
      for (const outcome of ['lost', 'failed', 'lost', 'lost', 'lost'] as const) {
        await stage().take(`w-${seen.length}`, { leaseMs: BRIEF });
        const [hold] = await reaped(stage());
        if (!hold) throw new Error('one expected');
        seen.push(hold.lossesBefore);
        const ending = stage().settlement(hold, hold.worker, { to: 'head' }, { outcome });
        await stage().store.settle('main', hold.worker, [ending], true);
      }
      expect(seen).toEqual([0, 1, 0, 1, 2]);
    });

    it('leaves a reaped worker without a lease once the reaper has looked again', async () => {
      await stage().put(['a']);
      await stage().take('w', { leaseMs: BRIEF });
      const [hold] = await reaped(stage());
      if (!hold) throw new Error('one expected');
      await stage().store.settle('main', 'w', [lost(stage(), hold, { to: 'dead' })], true);
      expect((await stage().store.reap('main', 10)).holds).toEqual([]);
      expect(await stage().store.beat('main', 'w', LONG)).toBe('lost');
    });
  });

  describe('beat', () => {
    it('keeps a lease alive beyond its first length', async () => {
      await stage().put(['a']);
      await stage().take('w', { leaseMs: BRIEF });
      expect(await stage().store.beat('main', 'w', LONG)).toBe('ok');
      await stage().elapse(2 * BRIEF);
      expect((await stage().store.reap('main', 10)).holds).toEqual([]);
    });

    it('is lost for a worker nobody knows', async () => {
      expect(await stage().store.beat('main', 'nobody', LONG)).toBe('lost');
      expect((await stage().store.promote('main', 1)).nextLease).toBeNull();
    });
  });

  describe('leave', () => {
    it('gives up the lease of a worker that holds nothing, and is harmless twice', async () => {
      await stage().put(['a']);
      const task = await stage().take('w');
      await stage().complete('w', [stage().completion(task, 'w')]);
      await stage().store.leave('main', 'w');
      await stage().store.leave('main', 'w');
      expect((await stage().store.promote('main', 1)).nextLease).toBeNull();
      expect(await stage().store.beat('main', 'w', LONG)).toBe('lost');
    });

    it('does not let go of what is held', async () => {
      await stage().put(['a']);
      const task = await stage().take('w');
      await stage().store.leave('main', 'w');
      expect(await stage().store.beat('main', 'w', LONG)).toBe('ok');
      expect(await stage().complete('w', [stage().completion(task, 'w')])).toEqual(['ok']);
    });
  });
}
