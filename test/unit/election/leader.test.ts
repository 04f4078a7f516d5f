import { expect, test } from 'vitest';
import { leaderOf } from '../../../src/election/leader.js';

const office = { number: 7, token: '7/a/v', node: 'a~1', since: 1, lockValue: 'v' };

test('leads who is in office by the lock that is held', () => {
  expect(leaderOf(office, 'v')).toBe(office);
});

test('nobody leads while the lock is free, held by another, or no office was ever taken', () => {
  expect(leaderOf(office, null)).toBeNull();
  expect(leaderOf(office, 'w')).toBeNull();
  expect(leaderOf(null, 'v')).toBeNull();
  expect(leaderOf(null, null)).toBeNull();
});
