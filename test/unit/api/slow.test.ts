/** How long a route may work: long enough for thousands of files, and never for ever. */

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CarillonError } from '../../../src/domain/input/errors.js';
import { apiOnModel } from './support.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  [30_000, 'invalid_schedule_file'],
  [90_000, 'unavailable'],
])('files that take %i ms to read answer %s', async (takes, code) => {
  let begun: () => void = () => {};
  const reading = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const { api, post } = apiOnModel({
    setFiles: {
      plan: () => Promise.reject(new Error('nobody plans')),
      propose: () => {
        begun();
        return new Promise((_, reject) => {
          setTimeout(() => reject(new CarillonError('invalid_schedule_file', 'odd')), takes);
        });
      },
    },
  });
  const answer = post('/v1/sets/files/proposals', { files: [{ path: 'a.yaml', text: 'version: 1' }] });
  await reading;
  await vi.advanceTimersByTimeAsync(takes);
  expect((await answer).json().code).toBe(code);
  await api.close();
});
