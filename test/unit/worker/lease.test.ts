/** A worker's lease: kept by beats while something is held, and given up in time when it cannot be kept. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Log } from '../../../src/runtime/log.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { Lease } from '../../../src/worker/lease.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', () => ({ mono: () => performance.now() }));

const LEASE = 900;
const BEAT = LEASE / 3;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Word = 'ok' | 'lost';

/** A lease, and what it did, in ms since the start. */
function scene(answer: () => Word | Promise<Word> = () => 'ok', log: Log = silentLog) {
  const start = performance.now();
  const since = () => Math.round(performance.now() - start);
  const beats: number[] = [];
  const lost: number[] = [];
  const held = new Set(['a']);
  const kept: Float64Array[] = [];
  const lease = new Lease({
    leaseMs: LEASE,
    log,
    holds: () => held.size > 0,
    beat: async () => {
      beats.push(since());
      return answer();
    },
    lost: () => lost.push(since()),
    stop: () => {},
    keep: (ends) => {
      kept.push(ends);
      return () => kept.pop();
    },
  });
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  /** Something was claimed, by a call that began `ago` ms ago. */
  const renewed = (ago = 0) => lease.renewed(performance.now() - ago);
  /** The thread has kept it until `ms` from the start. */
  const keptUntil = (ms: number) => {
    if (kept[0]) kept[0][1] = start + ms;
  };
  return { lease, beats, lost, held, kept, pass, renewed, keptUntil };
}

const never = new Promise<never>(() => {});

describe('while beats are answered', () => {
  test('it is renewed three times a lease, for as long as something is held', async () => {
    const { beats, lost, pass, renewed } = scene();
    renewed();
    await pass(10 * LEASE);
    expect(beats.slice(0, 3)).toEqual([BEAT, 2 * BEAT, 3 * BEAT]);
    expect(beats.length).toBeGreaterThanOrEqual(29);
    expect(lost).toEqual([]);
  });

  test('nothing is sent before the first claim, nor when nothing is held', async () => {
    const { beats, held, lost, pass, renewed } = scene();
    await pass(2 * LEASE);
    expect(beats).toEqual([]);
    held.clear();
    renewed();
    await pass(5 * LEASE);
    expect(beats).toEqual([]);
    expect(lost).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('it begins anew with the next claim after it has lapsed', async () => {
    const { beats, held, lost, pass, renewed } = scene();
    held.clear();
    renewed();
    await pass(5 * LEASE);
    held.add('a');
    renewed();
    await pass(BEAT);
    expect(beats).toEqual([5 * LEASE + BEAT]);
    await pass(LEASE);
    expect(lost).toEqual([]);
  });

  test('claims in between keep one beat and one watch', async () => {
    const { beats, pass, renewed } = scene();
    for (let i = 0; i < 50; i += 1) renewed();
    expect(vi.getTimerCount()).toBe(2);
    await pass(BEAT);
    expect(beats).toEqual([BEAT]);
  });
});

describe('it is lost', () => {
  test('as soon as a beat says so', async () => {
    const { lost, beats, pass, renewed } = scene(() => 'lost');
    renewed();
    await pass(BEAT);
    expect(lost).toEqual([BEAT]);
    await pass(5 * LEASE);
    expect(lost).toHaveLength(1);
    expect(beats).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('at once when it is checked out of turn, with one beat', async () => {
    const { lease, lost, beats, pass, renewed } = scene(() => 'lost');
    renewed();
    lease.check();
    lease.check();
    await pass(1);
    expect(lost).toHaveLength(1);
    expect(beats).toHaveLength(1);
  });

  test('not by a check while a beat is under way: that one tells', async () => {
    const { lease, beats, pass, renewed } = scene(() => never);
    renewed();
    await pass(BEAT);
    lease.check();
    await pass(1);
    expect(beats).toHaveLength(1);
  });

  test('at its end while a beat hangs', async () => {
    const { lost, pass, renewed } = scene(() => never);
    renewed();
    await pass(LEASE - 1);
    expect(lost).toEqual([]);
    await pass(1);
    expect(lost).toEqual([LEASE]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('at its end while beats fail, each tried again', async () => {
    const warn = vi.fn();
    const failing = () => Promise.reject(new Error('away'));
    const { beats, lost, pass, renewed } = scene(failing, { ...silentLog, warn });
    renewed();
    await pass(2 * LEASE);
    expect(beats).toEqual([BEAT, 2 * BEAT]);
    expect(warn).toHaveBeenCalledTimes(2);
    expect(lost).toEqual([LEASE]);
  });

  test('counted from before the claim was sent, not from its answer', async () => {
    const { lost, pass, renewed } = scene(() => never);
    renewed(200);
    await pass(2 * LEASE);
    expect(lost).toEqual([LEASE - 200]);
  });

  test('counted from before a beat was sent, not from its answer', async () => {
    const answers: ((word: Word) => void)[] = [];
    const { lost, pass, renewed } = scene(() => new Promise((resolve) => answers.push(resolve)));
    renewed();
    await pass(BEAT + 250);
    answers[0]?.('ok');
    await pass(2 * LEASE);
    expect(lost).toEqual([BEAT + LEASE]);
  });

  test('at once when the claim was answered after its end', async () => {
    const { lost, pass, renewed } = scene();
    renewed(2 * LEASE);
    await pass(1);
    expect(lost).toEqual([1]);
  });

  test('once: a beat answered afterwards revives nothing', async () => {
    const answers: ((word: Word) => void)[] = [];
    const { beats, lost, pass, renewed } = scene(() => new Promise((resolve) => answers.push(resolve)));
    renewed();
    await pass(LEASE);
    for (const answer of answers) answer('lost');
    await pass(5 * LEASE);
    expect(lost).toEqual([LEASE]);
    expect(beats).toHaveLength(1);
  });

  test('not when all has ended before its end, even if the beat hangs', async () => {
    const { held, lost, pass, renewed } = scene(() => never);
    renewed();
    await pass(2 * BEAT);
    held.clear();
    await pass(5 * LEASE);
    expect(lost).toEqual([]);
  });

  test('not after a beat was late but in time', async () => {
    const answers: ((word: Word) => void)[] = [];
    const { lost, pass, renewed } = scene(() => new Promise((resolve) => answers.push(resolve)));
    renewed();
    await pass(LEASE - 1);
    answers[0]?.('ok');
    await pass(2);
    expect(lost).toEqual([]);
  });
});

describe('a thread that beats while this one is blocked', () => {
  test('is shown the lease from the first claim on, once, and when there is nothing to keep', async () => {
    const { lease, held, kept, pass, renewed } = scene();
    expect(kept).toEqual([]);
    renewed();
    renewed();
    expect(kept).toHaveLength(1);
    const own = () => kept[0]?.[0];
    expect(own()).toBeLessThan(Number.POSITIVE_INFINITY);
    held.clear();
    await pass(2 * LEASE);
    expect(own()).toBe(Number.POSITIVE_INFINITY);
    held.add('a');
    renewed();
    expect(kept).toHaveLength(1);
    expect(own()).toBeLessThan(Number.POSITIVE_INFINITY);
    lease.stop();
    expect(kept).toEqual([]);
  });

  test('has kept it: nothing is lost at its own end, and it is told', async () => {
    const warn = vi.fn();
    const { lease, lost, pass, renewed, keptUntil } = scene(() => never, { ...silentLog, warn });
    renewed();
    keptUntil(3 * LEASE);
    await pass(3 * LEASE - 1);
    expect([lost, lease.stands]).toEqual([[], true]);
    expect(warn).toHaveBeenCalledWith(expect.anything(), expect.stringContaining('blocked the process'));
    await pass(1);
    expect([lost, lease.stands]).toEqual([[3 * LEASE], false]);
  });

  test('did so for the lease before: that says nothing about one that began later', async () => {
    const { held, lost, pass, renewed, keptUntil } = scene(() => never);
    renewed();
    keptUntil(10 * LEASE);
    held.clear();
    await pass(BEAT);
    held.add('a');
    renewed();
    await pass(LEASE);
    expect(lost).toEqual([BEAT + LEASE]);
  });
});

describe('stop', () => {
  test('ends beat and watch, and claims answered later change nothing', async () => {
    const { lease, beats, lost, pass, renewed } = scene();
    renewed();
    lease.stop();
    renewed();
    await pass(5 * LEASE);
    expect([beats, lost]).toEqual([[], []]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('while a beat is under way', async () => {
    const answers: ((word: Word) => void)[] = [];
    const { lease, lost, pass, renewed } = scene(() => new Promise((resolve) => answers.push(resolve)));
    renewed();
    await pass(BEAT);
    lease.stop();
    answers[0]?.('lost');
    await pass(5 * LEASE);
    expect(lost).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
