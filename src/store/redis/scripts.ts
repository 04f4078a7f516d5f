/**
 * Loads `lua/*.lua`. A script's header is its only signature: `-- KEYS` names what it touches, of
 * `lua/include/keys.lua`, derived from the one key of a call, the partition's prefix; `-- ARGV a b | repeated` names
 * its arguments, with `rest` counting those before the repeated part. No body indexes KEYS or ARGV by hand.
 * `@include name` pulls in `lua/include/name.lua`, `@keys name` declares further keys where they are needed.
 * The SHA of the whole text is its version: releases run side by side.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ScriptName } from './headers.js';
import { LAYOUT } from './keys.js';

export interface Script {
  name: ScriptName;
  text: string;
  sha: string;
  /** Names of the arguments before the repeated part. */
  args: readonly string[];
  /** Names of what repeats; one name for each where all rows are alike. */
  row: readonly string[];
}

const DIRECTORY = fileURLToPath(new URL('../../../lua/', import.meta.url));

export function loadScripts(directory = DIRECTORY): Record<ScriptName, Script> {
  const read = (folder: string): [string, string][] =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.lua'))
      .sort()
      .map((file) => [file.slice(0, -'.lua'.length), readFileSync(`${folder}${file}`, 'utf8')]);
  const includes = new Map(read(`${directory}include/`));
  const keys = keyLines(includes.get('keys') ?? '');
  return Object.fromEntries(
    read(directory).map(([name, source]) => [name, new Composition(name, source, includes, keys).script()]),
  ) as Record<ScriptName, Script>;
}

/** The declarations of `keys.lua` by the name they declare. */
export function keyLines(text: string): Map<string, string> {
  return new Map([...text.matchAll(/^local (\w+) = .+$/gm)].map(([line, name]) => [name ?? '', line]));
}

class Composition {
  readonly #name: string;
  readonly #lines: readonly string[];
  readonly #includes: ReadonlyMap<string, string>;
  readonly #keys: ReadonlyMap<string, string>;
  readonly #args: readonly string[];

  constructor(
    name: string,
    source: string,
    includes: ReadonlyMap<string, string>,
    keys: ReadonlyMap<string, string>,
  ) {
    this.#name = name;
    this.#lines = source.split('\n');
    this.#includes = includes;
    this.#keys = keys;
    this.#args = words(this.#header('ARGV').split('|')[0]);
  }

  script(): Script {
    const shebang = this.#lines[0] ?? '';
    if (!shebang.startsWith('#!lua')) this.#refuse('the first line must be a #!lua shebang');
    this.#header('REPLY');
    const args = this.#args;
    const text = [
      shebang,
      `local LAYOUT = '${LAYOUT}'`,
      'local prefix = KEYS[1]',
      // A global is looked up by its name at each use: some loops use it several times for each row.
      'local ARGV = ARGV',
      ...(args.length > 0
        ? [`local ${args.join(', ')} = ${args.map((_, i) => `ARGV[${i + 1}]`).join(', ')}`]
        : []),
      `local rest = ${args.length}`,
      ...this.#body(this.#lines.slice(1)),
    ].join('\n');
    const row = words(this.#header('ARGV').split('|')[1]);
    return {
      name: this.#name as ScriptName,
      text,
      sha: createHash('sha1').update(text).digest('hex'),
      args,
      row: row.every((word) => /^\w+$/.test(word)) ? row : [],
    };
  }

  #header(word: string): string {
    const prefix = `-- ${word}`;
    const line = this.#lines.find((candidate) => candidate === prefix || candidate.startsWith(`${prefix} `));
    if (line === undefined) return this.#refuse(`the header has no ${word} line`);
    // What stands after several blanks is said to people.
    return line.slice(prefix.length).split(/ {3,}/)[0] ?? '';
  }

  #body(lines: readonly string[]): string[] {
    return lines.flatMap((line) => {
      const [, word, names = ''] = /^(?:-- |@)(KEYS|ARGV|keys|include)\b(.*)$/.exec(line) ?? [];
      if (word === 'KEYS' || word === 'keys') return words(names).map((name) => this.#key(name));
      if (word === 'include') return this.#body(this.#include(names.trim()).split('\n'));
      if (word === 'ARGV') this.#holds(words(names.split('|')[0]));
      return line === '' || line.startsWith('--') ? [] : [line];
    });
  }

  #key(name: string): string {
    return this.#keys.get(name) ?? this.#refuse(`no key named ${name}`);
  }

  #include(name: string): string {
    return this.#includes.get(name) ?? this.#refuse(`no include named ${name}`);
  }

  /** An include names the arguments that it reads: every script that pulls it in takes them. */
  #holds(names: readonly string[]): void {
    for (const name of names) {
      if (!this.#args.includes(name)) this.#refuse(`an include reads ${name}, which ARGV does not name`);
    }
  }

  #refuse(why: string): never {
    throw new Error(`lua/${this.#name}.lua: ${why}`);
  }
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/ {3,}/)[0]?.trim().split(' ').filter(Boolean) ?? [];
}
