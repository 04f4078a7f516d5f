/** The house rules (CONTRIBUTING.md) hold in every source file, and the checks themselves can fail. */

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  clockProblems,
  importProblems,
  LONGEST_FILE,
  lengthProblems,
  openingProblems,
  sizeProblems,
  wordProblems,
} from '../support/house-rules.js';
import { promiseProblems } from '../support/promise-rules.js';
import { luaPieces, readSources, typescriptPieces } from '../support/source-text.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const typescript = readSources(ROOT, ['src'], ['.ts', '.js']);
const lua = readSources(ROOT, ['lua'], ['.lua']);
const everything = [...typescript, ...lua];

describe('the sources', () => {
  it('are found', () => {
    expect(typescript.length).toBeGreaterThan(20);
    expect(lua.length).toBeGreaterThan(0);
  });

  it('import only what their area may import', () => {
    expect(typescript.flatMap(importProblems)).toEqual([]);
  });

  it('take time and chance as arguments outside src/runtime', () => {
    expect(typescript.flatMap(clockProblems)).toEqual([]);
  });

  it('leave no promise without an owner', () => {
    expect(typescript.flatMap(promiseProblems)).toEqual([]);
  });

  it('write sizes as multiples of one constant', () => {
    expect(typescript.flatMap(sizeProblems)).toEqual([]);
  });

  it('use the words of the glossary', () => {
    expect(everything.flatMap(wordProblems)).toEqual([]);
  });

  it(`have at most ${LONGEST_FILE} lines`, () => {
    expect(everything.flatMap(lengthProblems)).toEqual([]);
  });

  it('open with a sentence saying what they are for', () => {
    expect(everything.flatMap(openingProblems)).toEqual([]);
  });
});

describe('the import rule', () => {
  const problems = (path: string, text: string): string[] => importProblems({ path, text });

  it.each([
    ['src/domain/task/task.ts', "import { mono } from '../../runtime/clock.js';"],
    ['src/domain/task/task.ts', "import { readFileSync } from 'node:fs';"],
    ['src/domain/task/task.ts', "import { DateTime } from 'luxon';"],
    ['src/runtime/loop.ts', "import type { Store } from '../store/contract/index.js';"],
    ['src/worker/claim.ts', "import { RedisStore } from '../store/redis/store.js';"],
    ['src/store/contract/road.ts', "import { RedisStore } from '../redis/store.js';"],
    ['src/store/contract/road.ts', "import { Redis } from 'ioredis';"],
    ['src/worker/claim.ts', "import { plan } from '../scheduler/planner.js';"],
    ['src/worker/claim.ts', "export * from '../scheduler/planner.js';"],
    ['src/worker/claim.ts', "const plan = await import('../scheduler/planner.js');"],
    ['src/worker/claim.ts', "import {\n  a,\n  b,\n} from '../api/server.js';"],
    ['src/scheduler/planner.ts', "import { Redis } from 'ioredis';"],
    ['src/cli/main.ts', "import fastify from 'fastify';"],
    ['src/files/load.ts', "import { pino } from 'pino';"],
    ['src/api/server.ts', "import lodash from 'lodash';"],
    ['src/api/server.ts', "import fs from 'fs';"],
    ['src/cli/main.ts', "import { startTestRedis } from '../../test/support/redis.js';"],
    ['src/extras/more.ts', "import { mono } from '../runtime/clock.js';"],
  ])('refuses in %s: %s', (path, text) => {
    expect(problems(path, text)).toHaveLength(1);
  });

  it.each([
    ['src/domain/spec/zone.ts', "import { CronExpressionParser } from 'cron-parser';"],
    ['src/worker/claim.ts', "import type { Store } from '../store/contract/index.js';"],
    [
      'src/worker/claim.ts',
      "import { mono } from '../runtime/clock.js';\nimport { names } from './registry.js';",
    ],
    ['src/worker/claim.ts', "import { taskView } from '../tasks/view.js';"],
    [
      'src/store/redis/store.ts',
      "import { Redis } from 'ioredis';\nimport type { Store } from '../contract/index.js';",
    ],
    ['src/cli/start.ts', "import { RedisStore } from '../store/redis/store.js';"],
    ['src/index.ts', "export { Client } from './client/client.js';"],
  ])('accepts in %s: %s', (path, text) => {
    expect(problems(path, text)).toEqual([]);
  });
});

describe('the clock rule', () => {
  const problems = (text: string, path = 'src/worker/claim.ts'): string[] => clockProblems({ path, text });

  it.each([
    'const now = Date.now();',
    'const now = new Date();',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text under test
    'const text = `at ${new Date().toISOString()}`;',
    'setTimeout(() => {}, 10);',
    'globalThis.setInterval(tick, 10);',
    'const r = Math.random();',
    "import { setTimeout as wait } from 'node:timers/promises';",
    'const t = performance.now();',
    'const signal = AbortSignal.timeout(10);',
    'const clock = new RedisClock();',
    'const ratio = a / b; const now = Date.now(); const c = d / e;',
  ])('refuses: %s', (text) => {
    expect(problems(text).length).toBeGreaterThan(0);
  });

  it.each([
    'const at = new Date(ms);',
    '// Date.now() would be wrong here',
    "const advice = 'no Date.now() here';",
    '/** setTimeout and Math.random live in the runtime */',
    "const quote = /['\"]/; const other = 'Date.now()';",
  ])('accepts: %s', (text) => {
    expect(problems(text)).toEqual([]);
  });

  it('leaves the runtime alone', () => {
    expect(problems('Date.now()', 'src/runtime/clock.ts')).toEqual([]);
  });
});

describe('the promise rule', () => {
  const problems = (text: string): string[] => promiseProblems({ path: 'src/worker/claim.ts', text });

  it.each([
    'void this.#claim(stream);',
    'after(10, () => void this.#beat());',
    'this.#ready().then(() => this.send(call), (error) => call.reject(error));',
    'if (flushed) flushed.then((lost) => this.refused(lost));',
    'const a = 1;\nthis.#store\n  .enqueue(queue, { a: [1] })\n  .catch(told)\n  .finally(cancel);',
    'work()?.then(done);',
  ])('refuses: %s', (text) => {
    expect(problems(text)).toHaveLength(1);
  });

  it.each([
    'const f = (): void => {};',
    'type F = (a: string) => void;',
    'return this.#open().then(({ client }) => client);',
    'const words = await send().then(read);',
    'this.#turn = this.#turn.then(() => this.#exchange());',
    'answer.finally(cancel).then(resolve).catch(reject);',
    'const f = () => load().then(read);',
    'await Promise.all([a().then(b), c]);',
  ])('accepts: %s', (text) => {
    expect(problems(text)).toEqual([]);
  });
});

describe('the size rule', () => {
  it.each(['1024 * 1024', '1_048_576', '4 << 20'])('sees %s', (size) => {
    const text = `const LARGEST = ${size};`;
    expect(sizeProblems({ path: 'src/api/server.ts', text })).toHaveLength(1);
    expect(sizeProblems({ path: 'src/domain/input/sizes.ts', text })).toEqual([]);
  });
});

describe('the word rule', () => {
  const problems = (path: string, text: string): string[] => wordProblems({ path, text });

  it.each([
    ['src/worker/claim.ts', 'const nextJob = 1;'],
    ['src/worker/claim.ts', 'const state = "pending";'],
    ['src/worker/claim.ts', 'class LeaseManager {}'],
    ['src/worker/claim.ts', 'type T = { stalled_count: number };'],
    ['src/worker/job-claim.ts', 'const a = 1;'],
    ['src/runtime/utils.ts', 'const a = 1;'],
    ['src/worker/claim.ts', '// runs exactly once'],
    ['lua/claim.lua', 'local pending = 1'],
    ['lua/claim.lua', "redis.call('LPOP', 'active')"],
  ])('refuses in %s: %s', (path, text) => {
    expect(problems(path, text).length).toBeGreaterThan(0);
  });

  it.each([
    ['src/worker/claim.ts', '// BullMQ calls this a stalled job\nconst task = 1;'],
    ['src/worker/claim.ts', "const text = 'no active worker has it';"],
    ['lua/claim.lua', '-- pending in other systems\nlocal task = 1'],
  ])('accepts in %s: %s', (path, text) => {
    expect(problems(path, text)).toEqual([]);
  });
});

describe('the other rules', () => {
  it('count lines', () => {
    const lines = (n: number): string => 'x\n'.repeat(n);
    expect(lengthProblems({ path: 'src/a.ts', text: lines(LONGEST_FILE) })).toEqual([]);
    expect(lengthProblems({ path: 'src/a.ts', text: lines(LONGEST_FILE + 1) })).toHaveLength(1);
  });

  it('want an opening sentence', () => {
    expect(openingProblems({ path: 'src/a.ts', text: "import 'b';" })).toHaveLength(1);
    expect(openingProblems({ path: 'src/a.ts', text: '#!/usr/bin/env node\n/** Starts it. */' })).toEqual([]);
    expect(openingProblems({ path: 'lua/a.lua', text: '#!lua flags=allow-oom\n-- Claims.' })).toEqual([]);
    expect(openingProblems({ path: 'lua/a.lua', text: 'local a = 1' })).toHaveLength(1);
  });
});

describe('reading source text', () => {
  it('keeps code, and code inside templates, apart from strings and comments', () => {
    const { code, strings } = typescriptPieces(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source text under test
      "const a = `x ${f({ b: `y ${c}` })} z`; /* no */ const d = 'e\\'f'; // g",
    );
    expect(code.replace(/\s+/g, ' ')).toBe("const a = '' f({ b: '' c }); const d = ''; ");
    expect(strings).toEqual(['x  z', "e\\'f"]);
  });

  it('tells a division from a regular expression', () => {
    expect(typescriptPieces("a = b / c; d = 'x' / e;").strings).toEqual(['x']);
    expect(typescriptPieces("if (/['/]/.test(a)) b = 'x';").strings).toEqual(['x']);
  });

  it('reads Lua', () => {
    expect(luaPieces('local a = \'b\' -- c\n--[[ d\ne ]] local f = "g"').strings).toEqual(['b', 'g']);
  });
});
