/** A payload that is edited in the dashboard keeps every digit on the way in and on the way out. */

import { expect, it } from 'vitest';
import { bodyWith, editable, exact, typed, written } from '../../../web/src/core/payload.js';

const SENT = '{"id":9007199254740993,"share":0.10000000000000000555,"list":[12345678901234567890,1.0]}';

it('keeps every digit from the answer to the text and back into a body', () => {
  expect(written(exact(SENT))).toBe(SENT);
  const text = editable(exact(SENT));
  expect(text).toContain('"id": 9007199254740993,');
  expect(typed(text)).toBe(text);
  const body = bodyWith({ queue: 'mail' }, typed(text.replace('9007199254740993', '9007199254740995')));
  expect(body).toContain('"id": 9007199254740995,');
  expect(body).toContain('0.10000000000000000555');
  expect(JSON.parse(body)).toMatchObject({ queue: 'mail', payload: { list: [expect.anything(), 1] } });
});

it('sends no payload that was not touched, and null for an empty one', () => {
  expect(bodyWith({}, undefined)).toBe('{}');
  expect(bodyWith({ overlap: 'allow' }, undefined)).toBe('{"overlap":"allow"}');
  expect(bodyWith({}, typed('  '))).toBe('{"payload":null}');
});

it('says of a text that is no JSON that it is none', () => {
  expect(() => typed('{"a":')).toThrow(/^The payload is no JSON value: /);
  expect(() => typed('1}, "queue": {"x":1')).toThrow(/no JSON value/);
});
