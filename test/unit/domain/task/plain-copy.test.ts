/** A copy of plain data is what its JSON reads as, or none. */

import { describe, expect, it } from 'vitest';
import { plainCopy } from '../../../../src/domain/task/plain-copy.js';

class Point {
  x = 1;
}
const withToJSON = Object.assign([1], { toJSON: () => 2 });

describe('a copy', () => {
  it.each([
    ['a text', 'é\u0000\ud800'],
    ['numbers', [0, -0, 1.5, -1e300, Number.MAX_SAFE_INTEGER]],
    ['nothing', null],
    ['what is nested', { a: [{ b: { c: [[], {}, null, true, false] } }], '': '' }],
    ['numbers as keys', { 2: 'b', 1: 'a' }],
    ['more than its keys', Object.defineProperty({ a: 1 }, 'hidden', { value: 2, enumerable: false })],
  ])('of %s is what its JSON reads as', (_, value) => {
    const copy = plainCopy(value);
    expect(copy).toStrictEqual(JSON.parse(JSON.stringify(value)));
    if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value);
  });

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['what JSON leaves out', { a: undefined }],
    ['a list with a hole', new Array(2)],
    ['no number', [Number.NaN]],
    ['more than any number', [Number.POSITIVE_INFINITY]],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    ['a date', { at: new Date(0) }],
    ['a text in an object', [Object('text')]],
    ['an instance of a class', new Point()],
    ['a map', new Map([[1, 2]])],
    ['what says itself how it is written', { toJSON: () => 1 }],
    ['a list that says so', withToJSON],
    ['a key that is none when it is assigned', JSON.parse('{"__proto__":{"a":1}}')],
    ['a symbol', { a: Symbol('a') }],
  ])('of %s is not made', (_, value) => {
    expect(plainCopy(value)).toBeUndefined();
  });
});
