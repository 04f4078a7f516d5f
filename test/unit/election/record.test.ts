/** The office as the data records it: what is a loss, what is a later term, and what is neither. */

import { afterEach, describe, expect, test } from 'vitest';
import { OfficeRecord } from '../../../src/election/record.js';
import { silentLog } from '../../../src/runtime/log.js';
import type { Term } from '../../../src/store/contract/index.js';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const term = (number: number, node = 'a'): Term => ({
  ...{ number, token: `${number}:${node}`, node, since: number, lockValue: `lock of ${node}` },
});

function scene() {
  const told: string[] = [];
  const replaced: string[] = [];
  const lost: string[] = [];
  const state = { recorded: null as Term | null, own: undefined as Term | undefined };
  const record = new OfficeRecord({
    store: { office: async () => state.recorded },
    own: () => state.own,
    onReplaced: (by) => replaced.push(by),
    onLost: () => lost.push('lost'),
    log: { ...silentLog, warn: (_: object | string, message?: string) => void told.push(message ?? '') },
  });
  stops.push(() => record.stop());
  const lead = (own: Term): void => {
    Object.assign(state, { own, recorded: own });
    record.saw(own);
  };
  return { state, record, told, replaced, lost, lead };
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
