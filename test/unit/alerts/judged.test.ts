/** What becomes of alerts: raised after a while, cleared after a while, and nothing that flaps. */

import { expect, it } from 'vitest';
import { judged } from '../../../src/alerts/judged.js';
import type { AlertKind } from '../../../src/alerts/kinds.js';
import { type Alert, alertOf } from '../../../src/alerts/view.js';
import type { AlertChange, AlertRecord } from '../../../src/store/contract/index.js';

/** Alerts over time: `at` seconds, whether it is seen; answers its state, and what listeners are told. */
class Kept {
  records: AlertRecord[] = [];
  told: string[] = [];
  readonly #kind: AlertKind;

  constructor(kind: AlertKind) {
    this.#kind = kind;
  }

  at(seconds: number, isSeen: boolean): string {
    const now = seconds * 1_000;
    const wrong: Alert[] = isSeen ? [alertOf(this.#kind, 'q', now, 'it is so')] : [];
    for (const change of judged(this.records, wrong, () => true, now)) this.#carry(change);
    return this.records[0]?.state ?? 'none';
  }

  #carry({ id, record, told }: AlertChange): void {
    this.records = [...this.records.filter((one) => one.id !== id), ...(record ? [record] : [])];
    if (told) this.told.push(told);
  }
}

it('is raised at once, and cleared at once, where there is nothing to wait for', () => {
  const kept = new Kept('queuePaused');
  expect([kept.at(1, true), kept.at(2, true), kept.at(3, false)]).toEqual(['raised', 'raised', 'cleared']);
  expect(kept.told).toEqual(['raised', 'cleared']);
  expect(kept.records).toMatchObject([{ at: 1_000, since: 1_000, goneSince: 3_000 }]);
});

it('is raised once it has been so for long enough, since it was seen first', () => {
  const kept = new Kept('limitFull');
  expect([0, 5, 9].map((at) => kept.at(at, true))).toEqual(['seen', 'seen', 'seen']);
  expect(kept.at(10, true)).toBe('raised');
  expect(kept.records).toMatchObject([{ since: 0, at: 10_000 }]);
});

it('is forgotten where it is not so any more before that', () => {
  const kept = new Kept('limitFull');
  expect([kept.at(0, true), kept.at(9, false), kept.at(10, true), kept.at(19, true)]).toEqual([
    ...['seen', 'none', 'seen', 'seen'],
  ]);
  expect(kept.told).toEqual([]);
});

it('stands where it is over for a moment only, and is cleared once it is over for long enough', () => {
  const kept = new Kept('limitFull');
  for (const at of [0, 10]) kept.at(at, true);
  expect([kept.at(15, false), kept.at(29, false), kept.at(29.5, true), kept.at(35, false)]).toEqual([
    ...['raised', 'raised', 'raised', 'raised'],
  ]);
  expect([kept.at(49, false), kept.at(50, false)]).toEqual(['raised', 'cleared']);
  expect(kept.told).toEqual(['raised', 'cleared']);
});

it('goes on where it comes back before anybody was told that it was over', () => {
  const kept = new Kept('queuePaused');
  expect([kept.at(1, true), kept.at(2, false), kept.at(3, true)]).toEqual(['raised', 'cleared', 'raised']);
  const [record] = kept.records;
  expect(record).toMatchObject({ since: 3_000, at: 1_000 });
  expect(record).not.toHaveProperty('goneSince');
});

it('waits anew after the clock was stepped back', () => {
  const kept = new Kept('limitFull');
  for (const at of [100, 20, 29]) expect(kept.at(at, true)).toBe('seen');
  expect(kept.at(30, true)).toBe('raised');
  expect([kept.at(40, false), kept.at(20, false), kept.at(34, false), kept.at(35, false)]).toEqual([
    ...['raised', 'raised', 'raised', 'cleared'],
  ]);
});

it('is left alone by who knows nothing of it', () => {
  const kept = new Kept('backlog');
  kept.at(0, true);
  expect(judged(kept.records, [], () => false, 100_000)).toEqual([]);
});
