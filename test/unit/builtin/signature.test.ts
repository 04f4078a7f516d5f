/** Signatures as Standard Webhooks has them; the expected ones were made with OpenSSL. */

import { describe, expect, it } from 'vitest';
import { isSecret, signatureHeaders } from '../../../src/builtin/signature.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BODY = Buffer.from('{"test": 2432232314}');

describe('a signature', () => {
  it('is the one that other programs make', () => {
    // printf '%s' 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}' |
    //   openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf %s MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | base64 -d | xxd -p) -binary | base64
    expect(signatureHeaders(SECRET, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_999, BODY)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('has no full stop in its id, by which its parts are told apart', () => {
    const { 'webhook-id': id } = signatureHeaders(SECRET, 'a.b@1700000000000', 0, BODY);
    expect(id).toBe('a%2Eb@1700000000000');
    expect(decodeURIComponent(id ?? '')).toBe('a.b@1700000000000');
  });

  it('signs bytes, whatever they are', () => {
    const one = signatureHeaders(SECRET, 'a', 0, Buffer.from([0xff, 0xfe]));
    const other = signatureHeaders(SECRET, 'a', 0, Buffer.from([0xfe, 0xff]));
    expect(one['webhook-signature']).not.toBe(other['webhook-signature']);
  });
});

it.each([SECRET, 'whsec_c2VjcmV0', 'whsec_YWJj-_=='])('%s is a secret', (text) =>
  expect(isSecret(text)).toBe(true),
);
it.each(['', 'whsec_', 'secret', 'whpk_abc', 'whsec_a b', 'whsec_abc\n', 5])('%j is none', (text) =>
  expect(isSecret(text)).toBe(false),
);
