import { describe, expect, it } from 'vitest';
import { errorShape } from '../../../../src/domain/task/error-shape.js';

describe('the shape of an error', () => {
  it.each([
    ['a number', 'user 42 not found', 'user 9000017 not found'],
    ['numbers with signs and points', 'balance -4.50 is below 1,000', 'balance 17 is below 2,500,000.25'],
    ['a size with its unit', 'timeout after 5000ms', 'timeout after 30s'],
    [
      'a UUID',
      'no order 0e37df36-f698-11e6-8dd4-cb9ced3df976',
      'no order aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    ],
    ['an id', 'lost q1-8Zk2uR4tP0 of Stripe', 'lost q1-0aPz7Jk11M of Stripe'],
    ['hexadecimal', 'bad object 0x7fffDEAD at deadbeef01', 'bad object 0x1 at c0ffee9f'],
    ['an ISO time', 'stale since 2026-11-29T10:44:53.123Z', 'stale since 2027-01-01T00:00:00+02:00'],
    ['a time with a blank', 'stale since 2026-11-29 10:44:53', 'stale since 2027-01-01'],
    [
      'a time in words',
      'stale: Sun Nov 29 2026 10:44:53 GMT+0000',
      'stale: Mon May 3 2027 01:02:03 GMT+0200',
    ],
    ['what is quoted', 'no column "name" in \'people\'', 'no column "a longer one" in \'x\''],
    ['what is quoted beside an apostrophe', "can't open 'a.txt' now", "can't open '/etc/passwd' now"],
    ['an address', 'connect ECONNREFUSED 127.0.0.1:6379', 'connect ECONNREFUSED 10.0.0.17:80'],
    ['an address of IPv6', 'connect to [::1]:80', 'connect to [fe80::2]:9'],
    ['a list of any length', 'missing: 1, 2, 3', 'missing: 17, 4'],
    ['blanks', 'a  b\n c', 'a b c'],
  ])('does not depend on %s', (_, one, other) => {
    expect(errorShape(one)).toBe(errorShape(other));
  });

  it.each([
    ['user 42 not found', 'order 42 not found'],
    ['connect ECONNREFUSED 127.0.0.1:6379', 'connect ETIMEDOUT 127.0.0.1:6379'],
    ["can't open it", "can't close it"],
    ['May not', 'Must not'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(errorShape(one)).not.toBe(errorShape(other));
  });

  it('takes what nobody wrote for people, in bounded time', () => {
    expect(errorShape('')).toBe('');
    expect(errorShape(`${'"'.repeat(1_000_000)}1`).length).toBeLessThan(1_000);
    expect(errorShape(`${'1-a'.repeat(500_000)}`)).toBe('*');
  });
});
