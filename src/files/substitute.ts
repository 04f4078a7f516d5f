/** `${VAR}` and `${VAR:-default}` in string values: the only substitution, and never in keys; `$${` is a literal `${`. */

import type { FieldProblem, Path } from '../domain/input/readers.js';
import { DEEPEST } from './depth.js';

const VARIABLE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value in which variables stood: what they held may be a secret, and is not to be quoted. */
export interface Substituted {
  path: Path;
  names: string[];
  values: string[];
}

/** Nothing is looked for behind the last bracket: where one is missing, each variable would be read to the end. */
const closedAt = (text: string): number => text.lastIndexOf('}') + 1;

/** Names of the variables that a text asks for. */
export function variablesIn(text: string): string[] {
  return [...text.slice(0, closedAt(text)).matchAll(VARIABLE)].flatMap(([, name]) => name ?? []);
}

/** Aliases and variables stand for more than there is room for: each place of an alias becomes a copy here. */
export class TooMuch extends Error {}

/** What a value counts besides its text, against `most`. */
export const EACH_VALUE = 10;

export interface Substituting {
  problems: FieldProblem[];
  substituted: Substituted[];
  /** How much may come of it, characters about. */
  most: number;
}

/** A copy of `value` with variables replaced; one that is not set and has no default is a problem. Throws `TooMuch`. */
export function substitute(
  value: unknown,
  env: Environment,
  { problems, substituted, most }: Substituting,
): unknown {
  let room = most;
  const take = (size: number): void => {
    room -= size;
    if (room < 0) throw new TooMuch();
  };
  const walk = (inner: unknown, path: Path): unknown => {
    take(EACH_VALUE + (typeof inner === 'string' ? inner.length : 0));
    // Written so deep it was refused before: it is an alias that leads back, or one in another many times.
    if (path.length > 2 * DEEPEST) throw new TooMuch();
    if (typeof inner === 'string') return replaceIn(inner, path);
    if (Array.isArray(inner)) return inner.map((item, index) => walk(item, [...path, index]));
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  const replaceIn = (text: string, path: Path): string => {
    if (!text.includes('${')) return text;
    const used: Substituted = { path, names: [], values: [] };
    const end = closedAt(text);
    const replaced = text
      .slice(0, end)
      .replace(VARIABLE, (whole, name: string | undefined, fallback: string | undefined) => {
        if (name === undefined) return '${';
        const held = Object.hasOwn(env, name) ? env[name] : undefined;
        if (fallback === undefined && held === undefined) {
          const detail = `${name} is not set (write \${${name}:-default} to give a default)`;
          problems.push({ path, detail });
          return whole;
        }
        if (!held && fallback !== undefined) return fallback;
        used.names.push(name);
        used.values.push(held ?? '');
        take(held?.length ?? 0);
        return held ?? '';
      });
    if (used.names.length > 0) substituted.push(used);
    return replaced + text.slice(end).replaceAll('$${', () => '${');
  };
  return walk(value, []);
}

/** A problem without what a variable held: where its words are among those of the problem, only its name is told. */
export function discreet(detail: string, path: Path, substituted: readonly Substituted[]): string {
  for (const { path: place, names, values } of substituted) {
    const shorter = Math.min(place.length, path.length);
    if (!place.slice(0, shorter).every((step, at) => step === path[at])) continue;
    const said = new Set(wordsOf(detail));
    if (values.some((value) => wordsOf(value).some((word) => said.has(word)))) {
      return `what ${names.map((name) => `\${${name}}`).join(' and ')} holds is not valid here`;
    }
  }
  return detail;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
