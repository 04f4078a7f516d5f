/** The office as the data records it: what is a loss, what is a later term, and what is neither. */

import { afterEach, describe, expect, test } from 'vitest';
import { type Behind, OfficeRecord } from '../../../src/election/record.js';
import { mono } from '../../../src/runtime/clock.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import type { RecordedTerm } from '../../../src/store/contract/index.js';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const term = (number: number, node = 'a'): RecordedTerm => ({
  ...{ number, token: `${number}:${node}`, node, since: number, lockValue: `lock of ${node}` },
  ...{ planned: `${number}:${number}`, deposed: 0 },
});

const behindAt = (since: number): Behind => ({ since, queue: 'q' });

function scene() {
  const told: string[] = [];
  const replaced: string[] = [];
  const lost: string[] = [];
  const marks: string[] = [];
  const state = {
    recorded: null as RecordedTerm | null,
    own: undefined as RecordedTerm | undefined,
    behind: null as Behind | null,
  };
  const record = new OfficeRecord({
    store: {
      office: async () => state.recorded,
      markPlanned: async (term, settled) => {
        if (state.recorded?.token !== term.token) return 'fenced';
        marks.push(settled ? 'settled' : 'marked');
        return 'ok';
      },
    },
    ttlMs: 2_000,
    own: () => state.own,
    behind: () => state.behind,
    onStandstill: () => {},
    onReplaced: (by) => replaced.push(by),
    onLost: () => lost.push('lost'),
    log: { ...silentLog, warn: (_: object | string, message?: string) => void told.push(message ?? '') },
  });
  stops.push(() => record.stop());
  const lead = (own: RecordedTerm): void => {
    Object.assign(state, { own, recorded: own });
    record.saw(own);
  };
  return { state, record, told, replaced, lost, marks, lead };
}

describe('for the node in office', () => {
  test('its own term recorded is nothing to tell', async () => {
    const { record, lead, told, replaced } = scene();
    lead(term(5));
    await record.look();
    expect([told, replaced]).toEqual([[], []]);
  });

  test.each([
    ['nothing', null, /is gone/],
    ['an earlier term', term(4, 'b'), /replaced by older data/],
  ])('%s recorded is a loss, told once', async (_, recorded, message) => {
    const { state, record, lead, told, replaced, lost } = scene();
    lead(term(5));
    state.recorded = recorded;
    await record.look();
    await record.look();
    expect(told).toEqual([expect.stringMatching(message)]);
    expect(replaced[0]).toBe('older data');
    // So that whoever kept something there puts it there again.
    expect(lost).toEqual(['lost']);
  });

  test('a later term recorded is another’s, not a loss', async () => {
    const { state, record, lead, told, replaced } = scene();
    lead(term(5));
    state.recorded = term(6, 'b');
    await record.look();
    expect([told, replaced]).toEqual([[], ['a later term']]);
  });

  test.each<[string, (Behind | null)[], number]>([
    ['with nothing to plan it is moved at each look', [null, null, null], 3],
    ['with one piece of planning after the other too', [behindAt(1), behindAt(2), null, behindAt(3)], 4],
    ['what is not done by the next look stops it', [behindAt(1), behindAt(1), behindAt(1)], 1],
    ['and once that is done it goes on', [behindAt(1), behindAt(1), behindAt(4), null], 3],
  ])('the watermark: %s', async (_, looks, moved) => {
    const { state, record, lead, marks, replaced } = scene();
    lead(term(5));
    for (const behind of looks) {
      state.behind = behind;
      await record.look();
    }
    expect(marks).toHaveLength(moved);
    expect(replaced).toEqual([]);
  });

  test('that planning stands still is told once, with the queue, long before it is deposed', async () => {
    const { state, record, lead, told } = scene();
    lead(term(5));
    state.behind = behindAt(mono() - 11_000);
    for (let look = 0; look < 4; look += 1) await record.look();
    expect(told).toEqual([expect.stringContaining('planning stands still')]);
  });

  test('an answer from before it took office says nothing about its term', async () => {
    const { record, lead, told, replaced } = scene();
    const looked = record.look();
    lead(term(5));
    await looked;
    expect([told, replaced]).toEqual([[], []]);
  });
});

test('a standby tells of a loss once, and that it was followed by a new term is none', async () => {
  const { state, record, told, replaced } = scene();
  state.recorded = term(5, 'b');
  await record.look();
  state.recorded = null;
  // The look right before it takes office itself.
  await record.look();
  state.recorded = term(9, 'b');
  await record.look();
  expect(told).toHaveLength(1);
  expect(replaced).toEqual([]);
});
