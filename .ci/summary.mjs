/** The closing line of a check, from vitest's JSON report. */

import { readFileSync } from 'node:fs';

const { success, numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
);
// A file that could not even be loaded has no failed test of its own, and yet it failed.
const broken = testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
).length;
const failed = Math.max(numFailedTests + broken, success ? 0 : 1);
const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
console.log(`carillon: ${numPassedTests} passed, ${failed} failed${skipped}`);
