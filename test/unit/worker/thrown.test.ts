/** What is kept of a thrown value: as much as says why, bounded, and no harm by looking. */

import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { describeThrown } from '../../../src/worker/thrown.js';

const throwing = (): never => {
  throw new Error('looked at');
};

describe('what is kept of a thrown value', () => {
  test('keeps message and stack of an error', () => {
    const error = new TypeError('wrong');
    expect(describeThrown(error)).toEqual({ message: 'wrong', stack: error.stack });
  });

  test('keeps both within bounds', () => {
    const error = new Error('m'.repeat(100_000));
    error.stack = 's'.repeat(100_000);
    const kept = describeThrown(error);
    expect(kept.message).toBe('m'.repeat(4_096));
    expect(kept.stack).toBe('s'.repeat(8_192));
    expect(describeThrown('t'.repeat(100_000)).message).toHaveLength(4_096);
    expect(describeThrown(['t'.repeat(100_000)]).message).toHaveLength(4_096);
  });

  test('an error without a message is told by its name, one without a stack has none', () => {
    const error = new RangeError('');
    delete (error as { stack?: string }).stack;
    expect(describeThrown(error)).toEqual({ message: 'RangeError' });
    error.stack = 7 as never;
    expect(describeThrown(error)).toEqual({ message: 'RangeError' });
  });

  test.each([
    ['a text', 'text', 'text'],
    ['an empty text', '', ''],
    ['a number', 12, '12'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an object', { code: 7 }, '{"code":7}'],
    [
      'an error whose message is an object',
      Object.assign(new Error(''), { message: { a: 1 }, stack: '' }),
      '{"a":1}',
    ],
  ])('%s is told as it is', (_, thrown, message) => {
    expect(describeThrown(thrown).message).toBe(message);
  });

  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  test.each<[string, () => unknown]>([
    ['a circular object', () => circular],
    ['a bigint inside', () => ({ n: 1n })],
    ['a toJSON that throws', () => ({ toJSON: throwing })],
    ['a revoked proxy', () => revoked.proxy],
    ['a message that throws', () => Object.defineProperty(new Error('x'), 'message', { get: throwing })],
    ['a stack that throws', () => Object.defineProperty(new Error('x'), 'stack', { get: throwing })],
    ['a name that throws', () => Object.defineProperty(new Error(''), 'name', { get: throwing })],
    [
      'a message that cannot become text',
      () => Object.assign(new Error('x'), { message: () => circular, name: 1n }),
    ],
    ['a text that throws', () => Object.assign(() => 1, { toString: throwing })],
  ])('%s does no harm', (_, thrown) => {
    const kept = describeThrown(thrown());
    expect(typeof kept.message).toBe('string');
    expect(JSON.parse(JSON.stringify(kept))).toEqual(kept);
  });

  test('what JSON cannot say is shown as a console would', () => {
    expect(describeThrown(circular).message).toBe('<ref *1> { self: [Circular *1] }');
    expect(describeThrown({ n: 1n }).message).toBe('{ n: 1n }');
    expect(describeThrown(new Map([['a', 1]])).message).toBe("Map(1) { 'a' => 1 }");
  });
});

describe('the reason behind an error', () => {
  test('its causes, with their codes', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const kept = describeThrown(
      new Error('no answer', { cause: new Error('fetch failed', { cause: refused }) }),
    );
    expect(kept).toMatchObject({
      message: 'no answer',
      cause: { message: 'fetch failed', cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' } },
    });
    expect(describeThrown(new Error('x', { cause: 'a text' })).cause).toEqual({ message: 'a text' });
    expect(describeThrown(Object.assign(new Error('x'), { code: 23505 })).code).toBe(23505);
  });

  test('the first errors of an AggregateError', () => {
    const errors = Array.from({ length: 9 }, (_, i) => new Error(`no ${i}`));
    const kept = describeThrown(new AggregateError(errors, 'all failed'));
    expect(kept.message).toBe('all failed');
    expect(kept.errors?.map(({ message }) => message)).toEqual(['no 0', 'no 1', 'no 2', 'no 3', 'no 4']);
  });

  test('within bounds, whatever leads back to itself or never ends', () => {
    const own: Error = new Error('own');
    own.cause = own;
    expect(describeThrown(own)).toEqual({ message: 'own', stack: own.stack });
    let deep = new Error('bottom');
    for (let i = 0; i < 50; i += 1) deep = new Error('m'.repeat(10_000), { cause: deep });
    expect(JSON.stringify(describeThrown(deep)).length).toBeLessThan(60_000);
  });

  test('an error of another realm is an error', () => {
    const foreign = runInNewContext("new TypeError('elsewhere', { cause: new Error('deeper') })");
    expect(foreign instanceof Error).toBe(false);
    expect(describeThrown(foreign)).toMatchObject({ message: 'elsewhere', cause: { message: 'deeper' } });
    expect(describeThrown(foreign).stack).toContain('TypeError: elsewhere');
  });
});
