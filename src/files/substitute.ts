/** `${VAR}` and `${VAR:-default}` in string values: the only substitution, and never in keys. */

import type { FieldProblem, Path } from '../domain/input/readers.js';

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names of the variables that a text asks for. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)].map(([, name = '']) => name);
}

/** A copy of `value` with variables replaced; one that is not set and has no default is a problem. */
export function substitute(
  value: unknown,
  env: Environment,
  problems: FieldProblem[],
  path: Path = [],
): unknown {
  if (typeof value === 'string') return replaceIn(value, env, problems, path);
  if (Array.isArray(value)) {
    return value.map((item, index) => substitute(item, env, problems, [...path, index]));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, substitute(inner, env, problems, [...path, key])]),
  );
}

function replaceIn(text: string, env: Environment, problems: FieldProblem[], path: Path): string {
  return text.replace(VARIABLE, (whole, name: string, fallback: string | undefined) => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (fallback !== undefined) return value || fallback;
    if (value !== undefined) return value;
    problems.push({ path, detail: `${name} is not set (write \${${name}:-default} to give a default)` });
    return whole;
  });
}
