/** `${VAR}` and `${VAR:-default}` in string values: the only substitution, and never in keys; `$${` is a literal `${`. */

import type { FieldProblem, Path } from '../domain/input/readers.js';

const VARIABLE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value in which variables stood: what they held may be a secret, and is not to be quoted. */
export interface Substituted {
  path: Path;
  names: string[];
  values: string[];
}

/** Names of the variables that a text asks for. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)].flatMap(([, name]) => name ?? []);
}

/** A copy of `value` with variables replaced; one that is not set and has no default is a problem. */
export function substitute(
  value: unknown,
  env: Environment,
  problems: FieldProblem[],
  substituted: Substituted[] = [],
): unknown {
  const walk = (inner: unknown, path: Path): unknown => {
    if (typeof inner === 'string') return replaceIn(inner, path);
    if (Array.isArray(inner)) return inner.map((item, index) => walk(item, [...path, index]));
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  const replaceIn = (text: string, path: Path): string => {
    if (!text.includes('${')) return text;
    const used: Substituted = { path, names: [], values: [] };
    const replaced = text.replace(
      VARIABLE,
      (whole, name: string | undefined, fallback: string | undefined) => {
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
        return held ?? '';
      },
    );
    if (used.names.length > 0) substituted.push(used);
    return replaced;
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
