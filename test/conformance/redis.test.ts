/** The conformance suite against a real Redis. */

import { afterAll, beforeAll } from 'vitest';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { describeStore } from './suite/describe-store.js';
import { makeRedis } from './suite/subjects.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.stop());

describeStore('Redis', () => makeRedis(redis.url));
