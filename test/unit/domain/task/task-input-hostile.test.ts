/** Payloads and hostile keys of a request, and the task that it makes: one answer for every input, however odd. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONGEST_DELAY } from '../../../../src/domain/input/durations.js';
import { LARGEST_PAYLOAD } from '../../../../src/domain/input/sizes.js';
import { draftOf, readTaskInput, tooFarAhead } from '../../../../src/domain/task/task-input.js';
import { refused, valid, withField } from './reading.js';

describe('a payload', () => {
  const fits = (payload: unknown): string => {
    const result = readTaskInput(withField('payload', payload));
    return result.ok ? 'ok' : result.code;
  };

  test.each([
    // In ASCII, in two, three and four bytes a character; two more for the quotes.
    ['x', 1],
    ['ü', 2],
    ['€', 3],
    ['🔔', 4],
  ])('of "%s" may have 1 MiB in UTF-8 and no byte more', (character, bytes) => {
    const count = Math.floor((LARGEST_PAYLOAD - 2) / bytes);
    const rest = LARGEST_PAYLOAD - 2 - count * bytes;
    const full = character.repeat(count) + 'x'.repeat(rest);
    expect(Buffer.byteLength(JSON.stringify(full))).toBe(LARGEST_PAYLOAD);
    expect(fits(full)).toBe('ok');
    expect(fits(`${full}x`)).toBe('payload_too_large');
  });

  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  test.each([
    ['a circular object', circular],
    ['a bigint', { n: 1n }],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('no\nand more');
        },
      },
    ],
  ])('that is %s cannot be written as JSON', (_, payload) => {
    const { code, pointers, details } = refused(withField('payload', payload));
    expect([code, pointers]).toEqual(['invalid_input', ['/payload']]);
    expect(details).toContain('cannot be written as JSON');
    expect(details).not.toContain('\n');
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'plainly'],
  ])('whose toJSON throws %s is refused as well', (_, thrown) => {
    const payload = {
      toJSON: () => {
        throw thrown;
      },
    };
    expect(refused(withField('payload', payload))).toMatchObject({ pointers: ['/payload'] });
  });
});

describe('hostile keys', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

  test.each(NAMES)('%s as a field is unknown, and changes nothing', (name) => {
    const raw: unknown = JSON.parse(`{"handler":"h","${name}":{"polluted":true}}`);
    expect(refused(raw)).toMatchObject({ code: 'invalid_input', pointers: [`/${name}`] });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test.each(NAMES)('%s as a field of retry is unknown', (name) => {
    const raw: unknown = JSON.parse(`{"handler":"h","retry":{"${name}":{"maxAttempts":9}}}`);
    expect(refused(raw)).toMatchObject({ pointers: [`/retry/${name}`] });
  });

  test.each(NAMES)('%s as a label is a label like any other', (name) => {
    const raw: unknown = JSON.parse(`{"handler":"h","labels":{"${name}":"x"}}`);
    const labels = valid(raw).options?.labels ?? {};
    expect(Object.entries(labels)).toEqual([[name, 'x']]);
    expect(Object.getPrototypeOf(labels)).toBe(Object.prototype);
  });

  test('what only the prototype has was not asked for', () => {
    const inherited: unknown = Object.create({ handler: 'h', queue: 'stolen' });
    expect(refused(inherited)).toMatchObject({ pointers: ['/handler'] });
    const own = Object.assign(Object.create({ delay: '1h', runAt: 'x', queue: 'stolen' }), { handler: 'h' });
    expect(valid(own)).toEqual(valid({ handler: 'h' }));
  });

  test('a payload keeps an own __proto__ as text and the input stays as it was', () => {
    const text = '{"handler":"h","payload":{"__proto__":{"admin":true}}}';
    const raw: unknown = JSON.parse(text);
    expect(valid(raw).payload).toBe('{"__proto__":{"admin":true}}');
    expect(JSON.stringify(raw)).toBe(text);
  });

  test('anything at all gets an answer', () => {
    const keys = fc.constantFrom(
      'handler',
      'payload',
      'queue',
      'delay',
      'runAt',
      'retry',
      'labels',
      '__proto__',
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(keys, fc.string()), fc.anything({ withNullPrototype: true })),
        (raw) => {
          const result = readTaskInput(raw);
          if (result.ok) expect(result.value.handler).toMatch(/^[A-Za-z0-9]/);
          else expect(result.problems.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('tooFarAhead', () => {
  const NOW = Date.UTC(2026, 0, 1);
  const at = (runAt: number) => tooFarAhead(valid(withField('runAt', new Date(runAt))), NOW);

  test('is a runAt more than ten years after now', () => {
    expect(at(NOW + LONGEST_DELAY)).toBeNull();
    expect(at(NOW + LONGEST_DELAY + 1)).toEqual({
      pointer: '/runAt',
      detail: 'must be at most 3650d (10 years) ahead',
    });
    expect(at(0)).toBeNull();
  });

  test('no delay and no time never are', () => {
    expect(tooFarAhead(valid({ handler: 'h' }), NOW)).toBeNull();
    expect(tooFarAhead(valid(withField('delay', `${LONGEST_DELAY}ms`)), NOW)).toBeNull();
  });
});

describe('draftOf', () => {
  const NOW = 1_000;
  const draft = (raw: unknown) => draftOf(valid(raw), 'k7-1', NOW);

  test('is due at once, after the delay, or at the time given', () => {
    expect(draft({ handler: 'h' })).toEqual({
      id: 'k7-1',
      handler: 'h',
      priority: 'normal',
      due: 0,
      createdAt: NOW,
      payload: '',
    });
    expect(draft(withField('delay', '10s')).due).toBe(NOW + 10_000);
    expect(draft(withField('delay', '0ms')).due).toBe(NOW);
    expect(draft(withField('runAt', new Date(77))).due).toBe(77);
  });

  test('carries payload, priority and what differs from the defaults', () => {
    const options = { timeout: 5_000, labels: { a: 'b' } };
    expect(
      draft({ handler: 'h', payload: [1], priority: 'low', timeout: '5s', labels: { a: 'b' } }),
    ).toMatchObject({ payload: '[1]', priority: 'low', options });
  });
});
