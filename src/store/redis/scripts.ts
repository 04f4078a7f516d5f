/**
 * Loads `lua/*.lua`. A script's header is its signature: `-- KEYS a b | more` and `-- ARGV a b | repeated`
 * become Lua locals of those names, with `restKeys` and `rest` counting what comes before the repeated part,
 * so that no body indexes KEYS or ARGV by hand. `@include name` pulls in `lua/include/name.lua`.
 * The SHA of the whole text is its version: releases run side by side.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LAYOUT } from './keys.js';
import { type ScriptName, SIGNATURES } from './signatures.js';

export interface Script {
  name: ScriptName;
  text: string;
  sha: string;
  keys: readonly string[];
  args: readonly string[];
}

const DIRECTORY = fileURLToPath(new URL('../../../lua/', import.meta.url));

export function loadScripts(directory = DIRECTORY): Record<ScriptName, Script> {
  const includes = new Map(
    readdirSync(`${directory}include`).map((file) => [
      file.replace(/\.lua$/, ''),
      readFileSync(`${directory}include/${file}`, 'utf8'),
    ]),
  );
  const names = Object.keys(SIGNATURES) as ScriptName[];
  return Object.fromEntries(
    names.map((name) => [name, compose(name, readFileSync(`${directory}${name}.lua`, 'utf8'), includes)]),
  ) as Record<ScriptName, Script>;
}

function compose(name: ScriptName, source: string, includes: ReadonlyMap<string, string>): Script {
  const lines = source.split('\n');
  const shebang = lines.shift() ?? '';
  if (!shebang.startsWith('#!lua'))
    throw new Error(`lua/${name}.lua: the first line must be a #!lua shebang`);
  const keys = names(headerLine(name, lines, 'KEYS'));
  const args = names(headerLine(name, lines, 'ARGV'));
  headerLine(name, lines, 'REPLY');
  const body = lines
    .flatMap((line) => {
      const include = /^@include (\w+)$/.exec(line)?.[1];
      if (include === undefined) return line.startsWith('--') ? [] : [line];
      const text = includes.get(include);
      if (text === undefined) throw new Error(`lua/${name}.lua: no include named ${include}`);
      return [text.trimEnd()];
    })
    .join('\n');
  const text = [
    shebang,
    `local LAYOUT = '${LAYOUT}'`,
    ...declare('KEYS', keys, 'restKeys'),
    ...declare('ARGV', args, 'rest'),
    body,
  ].join('\n');
  return { name, text, sha: createHash('sha1').update(text).digest('hex'), keys, args };
}

function headerLine(name: string, lines: readonly string[], word: string): string {
  const prefix = `-- ${word} `;
  const line = lines.find((candidate) => candidate.startsWith(prefix));
  if (line === undefined) throw new Error(`lua/${name}.lua: the header has no ${word} line`);
  return line.slice(prefix.length);
}

/** The names before `|`; what follows it repeats and is described for people. */
function names(header: string): string[] {
  return (header.split('|')[0] ?? '').trim().split(' ').filter(Boolean);
}

function declare(table: 'KEYS' | 'ARGV', declared: readonly string[], count: string): string[] {
  const indexed = declared.map((_, i) => `${table}[${i + 1}]`);
  return [
    ...(declared.length > 0 ? [`local ${declared.join(', ')} = ${indexed.join(', ')}`] : []),
    `local ${count} = ${declared.length}`,
  ];
}
