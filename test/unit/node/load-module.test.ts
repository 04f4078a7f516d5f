/** A module that never finishes loading is given up, and the process is left as it was. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadHandlers } from '../../../src/node/load-module.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'carillon-module-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const EVENTS = ['exit', 'uncaughtException', 'unhandledRejection'] as const;
const listeners = (): number[] => EVENTS.map((event) => process.listenerCount(event));

test.each([
  ['never.mjs', false],
  ['never.ts', false],
  ['never.mjs', true],
])('%s with a top-level await that never settles (afresh: %j)', async (name, afresh) => {
  writeFileSync(join(dir, name), 'await new Promise(() => {});\nexport default { a: () => 1 };');
  const before = listeners();
  await expect(loadHandlers(dir, name, { afresh, within: 50 })).rejects.toMatchObject({
    code: 'handler_module',
    message: expect.stringContaining('it has not loaded within 50ms'),
  });
  expect(listeners()).toEqual(before);
});

test('a module that loads leaves nothing behind', async () => {
  writeFileSync(join(dir, 'good.ts'), 'export default { a: (n: number) => n };');
  const before = listeners();
  expect(Object.keys(await loadHandlers(dir, 'good.ts'))).toEqual(['a']);
  expect(listeners()).toEqual(before);
});
