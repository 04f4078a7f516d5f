/** The suites: unit (pure), conformance (one suite, every Store), integration, fault (real processes), browser, prometheus. */

import { defineConfig } from 'vitest/config';

/** Integration tests that need the machine for themselves, each with what it could not say beside others. */
const ALONE = [
  'blocking', // Handlers that keep a processor busy for seconds: whoever runs beside them has half a machine.
  'election', // Leaders whose locks last a second, and less, renew them in time.
  'fairness', // A delayed task begins within 1.5 s of its time.
  'loss', // Four processes have recovered within 10 s.
  'overlap', // A handler is told of its cancellation within 5 s.
  'scheduler', // What is due earlier wakes a sleeper within 3 s.
  'stop-without-redis', // A leader is gone within 7.5 s.
].map((name) => `test/integration/${name}.test.ts`);

export default defineConfig({
  test: {
    // Two workers fit the smallest machine we support.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/simulation/**/*.test.ts', 'test/fault/checker.test.ts'],
          // Seconds on an idle machine; the limit only ends what hangs.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          // They wait most of the time, for leases, elections and processes to begin.
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: ALONE,
          globalSetup: ['test/support/build.js'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration-alone',
          include: ALONE,
          globalSetup: ['test/support/build.js'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'fault',
          include: ['test/fault/faults.test.ts'],
          globalSetup: ['test/support/build.js'],
          // Two minutes of faults unless FAULT_SECONDS says otherwise, and what it takes to come to rest.
          testTimeout: Number(process.env['FAULT_SECONDS'] ?? 120) * 1000 + 240_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          // Alone: what is under test is killed, not starved.
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          // Left out of `npm test`, see src/setup/test.js: `npm run test:browser`.
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/build.js', 'test/support/chromium-path.js'],
          // Chromium, a node, a worker and a Redis share the machine.
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: 1,
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: {
          // Left out of `npm test`, too: `npm run test:prometheus`.
          name: 'prometheus',
          include: ['test/prometheus/**/*.test.ts'],
          globalSetup: ['test/support/build.js', 'test/support/prometheus-path.js'],
          testTimeout: 240_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
