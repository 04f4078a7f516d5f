/** The suites: unit (pure), conformance (one suite, every Store), integration, fault (real processes), browser. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two workers fit the smallest machine we support; more only makes real processes wait for each other.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/simulation/**/*.test.ts', 'test/fault/checker.test.ts'],
          // Seconds on an idle machine; the limit only ends what hangs.
          testTimeout: 60_000,
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
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/build.js'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // Each file starts several processes of its own: one file at a time.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
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
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          // Left out of `npm test`, see src/setup/test.js: `npm run test:browser`.
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/build.js', 'test/support/chromium-path.js'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
