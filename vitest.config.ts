/** The three suites: unit (pure, no Redis), conformance (one suite, every Store), integration (real processes). */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two workers fit the smallest machine we support; more only makes real processes wait for each other.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], sequence: { groupOrder: 0 } },
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
    ],
  },
});
