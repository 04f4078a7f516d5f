/** A payload that is written later is written as it stood when it was asked for, and only where nothing can go wrong. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadText, Unwritten, unwritten } from '../../../../src/domain/task/payload.js';
import { plainCopy } from '../../../../src/domain/task/plain-copy.js';
import { plainTaskInput } from '../../../../src/domain/task/task-input.js';

const MOST = 1 << 20;
const later = (value: unknown): Unwritten | null => unwritten(plainCopy(value), MOST);
const nested = (depth: number): unknown => (depth === 0 ? 'x'.repeat(400) : [nested(depth - 1)]);

describe('a payload that is written later', () => {
  it('is the JSON of what was given, whatever is in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
        const given = { long: `${text}${'é\u0000\ud800"\\😀'.repeat(60)}`, value };
        const written = later(given);
        expect(written).toBeInstanceOf(Unwritten);
        expect(`${written}`).toBe(JSON.stringify(given));
        expect(Buffer.byteLength(`${written}`)).toBeLessThanOrEqual((written?.length ?? 0) * 6);
      }),
    );
  });

  it('stays as it was when the caller changes what was given', () => {
    const given = { text: 'x'.repeat(1000), list: [1] };
    const input = plainTaskInput('h', given);
    const before = JSON.stringify(given);
    given.text = '';
    given.list.push(2);
    expect(input?.payload).toBeInstanceOf(Unwritten);
    expect(payloadText(input?.payload ?? '')).toBe(before);
  });

  it.each([
    ['short', { text: 'x' }],
    ['perhaps too long', { text: 'x'.repeat(MOST / 6) }],
    ['too deep to be written anywhere', nested(60)],
    ['no plain data', { text: 'x'.repeat(1000), at: new Date(0) }],
  ])('is none that is %s: its text says what it is', (_, value) => {
    expect(later(value)).toBeNull();
    expect(plainTaskInput('h', value)?.payload ?? JSON.stringify(value)).toBe(JSON.stringify(value));
  });
});
