/** What handlers tell of their attempts: sent seldom, complete, before the ending; and how large a result may be. */

import { describe, expect, it, vi } from 'vitest';
import { sleep } from '../../../src/runtime/timers.js';
import type { Report } from '../../../src/store/contract/index.js';
import type { TaskContext } from '../../../src/worker/context.js';
import { gate, make, outcomes, pass, put, store, unavailable, work } from './shaky.js';

vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

const logged = async (id: string): Promise<unknown[]> =>
  (await store.logs('a', id, 500)).map(({ attempt, line, text }) => [
    `${attempt}-${line}`,
    ...(JSON.parse(text) as unknown[]).slice(1),
  ]);

/** Every call that carried something, as it arrived. */
function reports(fails: () => boolean = () => false): Report[][] {
  const seen: Report[][] = [];
  const kept = store.report;
  store.report = async (queue, worker, all) => {
    if (fails()) throw unavailable();
    seen.push([...all]);
    return kept(queue, worker, all);
  };
  return seen;
}

describe('a handler', () => {
  it('tells how far it is as often as it likes: few calls are sent, and the last value always arrives', async () => {
    const calls = reports();
    const count = async (_: unknown, ctx: TaskContext) => {
      for (let done = 1; done <= 1_000; done += 1) {
        ctx.progress({ done });
        if (done % 100 === 0) await sleep(10);
      }
    };
    await work({ count });
    const id = await put('count');
    await pass(2_000);
    expect(await store.find(id)).toMatchObject({ state: 'completed', progress: '{"done":1000}' });
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.length).toBeLessThan(6);
  });

  it('logs lines that are kept with level, text and fields, also of a child and of an attempt that fails', async () => {
    const fail = async (_: unknown, ctx: TaskContext) => {
      ctx.log.info('begun');
      ctx.log.debug('not kept');
      const log = ctx.log.child({ part: 2 });
      log.warn({ n: 1, error: new Error('odd') }, 'strange');
      if (ctx.attempt === 1) throw new Error('no');
      const ring: Record<string, unknown> = {};
      ring['ring'] = ring;
      log.error(ring, 'x'.repeat(3_000));
    };
    await work({ fail });
    const id = await put('fail');
    await pass(100);
    store.advance(60_000);
    await store.promote('a', 10);
    await pass(5_000);
    expect(await outcomes(id)).toEqual(['failed', 'completed']);
    expect(await logged(id)).toEqual([
      ['1-1', 'info', 'begun'],
      ['1-2', 'warn', 'strange', { part: 2, n: 1, error: { message: 'odd' } }],
      ['2-1', 'info', 'begun'],
      ['2-2', 'warn', 'strange', { part: 2, n: 1, error: { message: 'odd' } }],
      ['2-3', 'error', 'x'.repeat(1_000), { omitted: 'fields that are no JSON' }],
    ]);
  });

  it('tells nothing when it says nothing', async () => {
    const calls = reports();
    await work({ quiet: async () => 'done' });
    const id = await put('quiet');
    await pass(1_000);
    expect(await outcomes(id)).toEqual(['completed']);
    expect(calls).toEqual([]);
  });

  it('loses no line while the store does not answer, and doubles none', async () => {
    let away = true;
    reports(() => away);
    const release = gate();
    const hold = async (_: unknown, ctx: TaskContext) => {
      for (const line of ['one', 'two', 'three']) {
        ctx.log.info(line);
        await sleep(300);
      }
      ctx.progress(1);
      await release.passed;
    };
    await work({ hold });
    const id = await put('hold');
    await pass(2_000);
    expect(await logged(id)).toEqual([]);
    away = false;
    await pass(1_000);
    expect(await logged(id)).toEqual([
      ['1-1', 'info', 'one'],
      ['1-2', 'info', 'two'],
      ['1-3', 'info', 'three'],
    ]);
    expect((await store.find(id))?.progress).toBe('1');
    release.open();
    await pass(100);
    expect(await outcomes(id)).toEqual(['completed']);
  });

  it('is told what can be no progress', async () => {
    const refused: unknown[] = [];
    const wrong = async (_: unknown, ctx: TaskContext) => {
      for (const value of [undefined, 1n, 'x'.repeat(5_000)]) {
        try {
          ctx.progress(value);
        } catch (error) {
          refused.push((error as Error).message);
        }
      }
    };
    await work({ wrong });
    await put('wrong');
    await pass(100);
    expect(refused).toEqual([
      'ctx.progress: the value must be JSON.',
      'ctx.progress: the value must be JSON.',
      'ctx.progress: the value must be at most 4096 bytes of JSON.',
    ]);
  });
});

describe('a result', () => {
  const large = async (payload: unknown) => 'x'.repeat(Number(payload));
  const code = async (id: string) => (await store.find(id))?.history.map(({ error }) => error?.code);

  it('larger than 64 KiB fails the attempt', async () => {
    await work({ large });
    const ids = [await put('large', 'a', 65_534), await put('large', 'a', 65_535)];
    await pass(100);
    expect(await Promise.all(ids.map(outcomes))).toEqual([['completed'], ['failed']]);
    expect(await code(ids[1] ?? '')).toEqual(['result_too_large']);
  });

  it('may be as large as its queue says, from the next look on', async () => {
    await work({ large });
    const first = await put('large', 'a', 10);
    await store.setQueue('a', { settings: { resultLimit: 100 } });
    await pass(6_000);
    const second = await put('large', 'a', 99);
    await pass(100);
    await store.setQueue('a', { settings: { resultLimit: 100_000 } });
    await pass(6_000);
    const third = await put('large', 'a', 90_000);
    await pass(100);
    expect(await Promise.all([first, second, third].map(outcomes))).toEqual([
      ['completed'],
      ['failed'],
      ['completed'],
    ]);
  });

  it('is kept when the limit cannot be asked for, and its slot is free again', async () => {
    store.queueSettings = async () => {
      throw unavailable();
    };
    const worker = make({ large }, { concurrency: 1 });
    await worker.start();
    const ids = [await put('large', 'a', 10), await put('large', 'a', 10), await put('large', 'a', 70_000)];
    await pass(500);
    expect(await Promise.all(ids.map(outcomes))).toEqual([['completed'], ['completed'], ['failed']]);
  });
});
