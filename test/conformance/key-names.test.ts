/** Any two concurrency keys of up to 256 bytes have keys of their own in Redis, and those collide with no other. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isKey } from '../../src/domain/task/fields.js';
import { partitionKeys } from '../../src/store/redis/keys.js';
import { tiesOf } from '../../src/store/redis/ties.js';

const bytes = (text: string): string => Buffer.from(text).toString('hex');
const PARTS = [
  'a',
  'b',
  ':',
  '{',
  '}',
  '*',
  ' ',
  '\0',
  '\n',
  'é',
  '\u{1F600}',
  '\ud800',
  '\udc00',
  'ready:',
  '#abc',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PARTS), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const keys = partitionKeys('n', 'q');
const lane = fc.constantFrom('#abc', '%abc', '#abcd', '&ab1');

it('every text that is taken as a key has 1 to 256 bytes and comes back from UTF-8 as it is', () => {
  fc.assert(
    fc.property(text, (key) => {
      const back = Buffer.from(key).toString();
      const fits = back === key && key !== '' && Buffer.byteLength(key) <= 256;
      expect(isKey(key)).toBe(fits);
    }),
    { numRuns: 2_000 },
  );
});

it('no two keys share a key of Redis, whatever lanes they are in', () => {
  const key = text.filter(isKey);
  const names = (one: string, of: string): string[] =>
    [keys.slots(one), keys.keyLanes(one), keys.keyStarts(one), keys.ready(`${of}:${one}`)].map(bytes);
  const others = Object.values(keys)
    .filter((name) => typeof name === 'string')
    .map(bytes);
  fc.assert(
    fc.property(key, key, lane, lane, (one, other, of, at) => {
      const mine = names(one, of);
      expect(new Set([...mine, ...others]).size).toBe(mine.length + others.length);
      if (one !== other) expect(mine.filter((name) => names(other, at).includes(name))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

it('a key is found in what a task is tied by, whatever else it is tied by', () => {
  const key = text.filter(isKey);
  const draft = { id: 'x-1', handler: 'h', priority: 'normal', due: 0, createdAt: 0, payload: '' } as const;
  fc.assert(
    fc.property(key, key, (concurrencyKey, uniqueKey) => {
      const ties = Buffer.from(tiesOf({ ...draft, options: { concurrencyKey, uniqueKey } }));
      const [, length = '', rest = ''] = /^k(\d+):(.*)$/s.exec(ties.toString('latin1')) ?? [];
      expect(Buffer.from(rest.slice(0, Number(length)), 'latin1').toString()).toBe(concurrencyKey);
    }),
    { numRuns: 500 },
  );
});
