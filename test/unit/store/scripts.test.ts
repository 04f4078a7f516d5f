/** The Lua headers are the scripts' only signatures, and every key name stands once on either side. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { partitionKeys } from '../../../src/store/redis/keys.js';
import { registryKeys } from '../../../src/store/redis/registry-keys.js';
import { keyLines, loadScripts, type Script } from '../../../src/store/redis/scripts.js';

const LUA = new URL('../../../lua/', import.meta.url);
const HEADERS = new URL('../../../src/store/redis/headers.ts', import.meta.url);
const LINE = 110;
const sources = new Map(
  readdirSync(LUA, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.lua'))
    .sort()
    .map((file) => [file.replace(/\.lua$/, ''), readFileSync(new URL(file, LUA), 'utf8')]),
);
const scripts = Object.values(loadScripts());

it('types of the arguments are those of the headers', async () => {
  const interfaces = [
    typesOf('Names of the arguments of each script, in their order.', 'ScriptArgs', (script) => script.args),
    typesOf('Names of what repeats, where all rows are alike.', 'ScriptRows', (script) => script.row),
  ];
  const text = `/** Written from the headers of lua/*.lua by scripts.test.ts: \`vitest run -u\` of it writes this file anew. */

${interfaces.join('\n')}
export type ScriptName = keyof ScriptArgs;
`;
  await expect(text).toMatchFileSnapshot(HEADERS.pathname);
});

function typesOf(sentence: string, name: string, names: (script: Script) => readonly string[]): string {
  const fields = scripts
    .filter((script) => name === 'ScriptArgs' || names(script).length > 0)
    .map((script) => {
      const key = /^\w+$/.test(script.name) ? script.name : `'${script.name}'`;
      const items = names(script).map((item) => `'${item}'`);
      const line = `  ${key}: [${items.join(', ')}];\n`;
      return line.length <= LINE + 1
        ? line
        : `  ${key}: [\n${items.map((item) => `    ${item},\n`).join('')}  ];\n`;
    });
  return `/** ${sentence} */\nexport interface ${name} {\n${fields.join('')}}\n`;
}

it('key names are the same in Lua and in TypeScript, and each is used', () => {
  const prefix = partitionKeys('n', 'q').prefix;
  const named = (keys: object): string[] =>
    Object.entries(keys)
      .filter(([name]) => name !== 'prefix' && name !== 'channel')
      .map(([, key]) => String(typeof key === 'function' ? key('', 0) : key))
      .map((key) => key.replace(prefix, '').replace(registryKeys('n').prefix, ''))
      .map((key) => /^[\w-]+:?/.exec(key)?.[0] ?? '');
  const here = new Set([...named(partitionKeys('n', 'q')), ...named(registryKeys('n'))]);
  const lines = keyLines(sources.get('include/keys') ?? '');
  const there = [...lines.values()].map((line) => /'(.+)'/.exec(line)?.[1] ?? '');
  expect(there.sort()).toEqual([...here].sort());
});

describe.each(scripts)('$name', ({ name, text }) => {
  const source = sources.get(name) ?? '';

  it('opens with one sentence that says what the verb does', () => {
    expect(source.split('\n')[1]).toMatch(new RegExp(`^-- ${name}: .+\\.$`));
  });

  it('may run when memory is full, unless it takes new work in', () => {
    const frees = source.startsWith('#!lua flags=');
    const takesIn = [
      'open',
      'register',
      'intern',
      'enqueue',
      'enqueue-plain',
      'report',
      'plan',
      'ask',
      'edit',
      'place',
      'change-set',
      'change-operation',
      'trigger',
      'redrive',
      'allocate-term',
      'take-office',
      'depose',
      'roll-up',
    ];
    expect(frees).toBe(!takesIn.includes(name));
  });

  it('names each key that it declares, once in a scope', () => {
    for (const [, key = ''] of text.matchAll(/^local (\w+) = prefix \.\. '.+'$/gm)) {
      expect(text.match(new RegExp(`\\b${key}\\b`, 'g'))?.length, key).toBeGreaterThan(1);
    }
  });
});

it.each([...sources].filter(([name]) => name !== 'include/keys'))(
  '%s indexes and spells nothing by hand',
  (_, source) => {
    expect(source).not.toMatch(/(KEYS|ARGV)\[\d+\]/);
    expect(source).not.toMatch(/prefix \.\. '/);
  },
);
