/** The Lua headers are the scripts' signatures: what TypeScript passes is held against them. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/store/redis/scripts.js';
import { type ScriptName, SIGNATURES } from '../../../src/store/redis/signatures.js';

const LUA = new URL('../../../lua/', import.meta.url);
const files = readdirSync(LUA)
  .filter((file) => file.endsWith('.lua'))
  .map((file) => file.replace(/\.lua$/, ''));
const scripts = loadScripts();

it('every script has a signature and every signature a script', () => {
  expect(files.sort()).toEqual(Object.keys(SIGNATURES).sort());
});

describe.each(files)('%s', (file) => {
  const name = file as ScriptName;
  const source = readFileSync(new URL(`${file}.lua`, LUA), 'utf8');

  it('names the same KEYS and ARGV as its signature', () => {
    expect(scripts[name].keys).toEqual([...SIGNATURES[name].keys]);
    expect(scripts[name].args).toEqual([...SIGNATURES[name].args]);
  });

  it('opens with one sentence that says what the verb does', () => {
    expect(source.split('\n')[1]).toMatch(new RegExp(`^-- ${file}: .+\\.$`));
  });

  it('indexes no KEYS or ARGV by a number', () => {
    expect(source).not.toMatch(/(KEYS|ARGV)\[\d+\]/);
  });

  it('may run when memory is full, unless it takes new work in', () => {
    const frees = source.startsWith('#!lua flags=');
    const takesIn = [
      'open',
      'register',
      'intern',
      'enqueue',
      'plan',
      'apply',
      'allocate-term',
      'take-office',
    ];
    expect(frees).toBe(!takesIn.includes(file));
  });
});
