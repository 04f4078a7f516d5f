/** JSON as text: what is kept stays as it was written, and what would change without a word is told. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonText, readJson, survives } from '../../../../src/domain/input/json-text.js';

const pointers = (text: string): string[] =>
  readJson(text).problems.map(({ path, detail }) => `${path.join('/')} ${detail}`);

test('reads what JSON.parse reads, and finds nothing wrong with what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(3), (value, space) => {
      const text = JSON.stringify(value, null, space);
      expect(readJson(text)).toEqual({ value: JSON.parse(text), problems: [] });
    }),
  );
});

test('keeps any value as it was written', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.nat(3), (one, other, space) => {
      const [first, second] = [JSON.stringify(one, null, space), JSON.stringify(other)];
      const text = `{ "a": [ ${first} , 1], "payload" : ${second} ,"z":{"payload":2}}`;
      const { value } = readJson(text, (path) => path.length === 1 && path[0] === 'payload');
      expect(value).toEqual({ a: [JSON.parse(first), 1], payload: new JsonText(second), z: { payload: 2 } });
      const { value: inList } = readJson(`[${first},${second}]`, ([index]) => index === 1);
      expect((inList as unknown[])[1]).toEqual(new JsonText(second));
    }),
  );
});

describe('is told', () => {
  test('a name that stands twice, however it is written and wherever', () => {
    expect(pointers('{"a":1,"b":{"c":1,"\\u0063":2}}')).toEqual(['b/c stands twice in one object']);
    expect(pointers('[{"a":1},{"a":1,"a":1}]')).toEqual(['1/a stands twice in one object']);
    expect(pointers('{"__proto__":1,"__proto__":2}')).toEqual(['__proto__ stands twice in one object']);
    expect(readJson('{"payload":{"a":1,"a":2}}', () => true).problems).toHaveLength(1);
  });

  test('a number that cannot be held, unless its text is kept', () => {
    expect(pointers('{"a":[1,9007199254740993]}')).toEqual([
      'a/1 is a number that cannot be held exactly: 9007199254740993; write it as a text',
    ]);
    expect(readJson('{"a":{"b":1e400}}', ([name]) => name === 'a').problems).toEqual([]);
  });
});

test.each([
  ...[
    ['0', true],
    ['-0.0', true],
    ['9007199254740992', true],
    ['9007199254740993', false],
  ],
  ...[
    ['1e400', false],
    ['1e-400', false],
    ['1E3', true],
    ['1.50e+1', true],
    ['0.1', true],
  ],
  ...[
    ['123456789012345678', false],
    ['100000000000000000000', true],
    ['0.30000000000000004', true],
  ],
  ...[
    ['0.1000000000000000055511151231257827', false],
    ['5e-324', true],
  ],
] as [string, boolean][])('%s survives: %j', (text, holds) => {
  expect(survives(text)).toBe(holds);
});

test('hostile texts end: deep ones, long ones, many escapes', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(readJson(deep).problems).toEqual([]);
  const long = JSON.stringify('\\"'.repeat(500_000));
  expect(readJson(long, () => true).problems).toEqual([]);
  expect(pointers(`{${Array.from({ length: 100 }, () => '"a":1').join()}}`)).toHaveLength(20);
  expect(() => readJson('{"a":')).toThrow(SyntaxError);
});
