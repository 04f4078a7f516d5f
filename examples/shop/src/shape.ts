/** A schema of flat records in twenty lines. Yours comes from Zod, Valibot or ArkType: any Standard Schema will do. */

import type { StandardSchema } from 'carillon';

type Check<Value> = (value: unknown) => value is Value;

export const text: Check<string> = (value): value is string => typeof value === 'string' && value !== '';
export const count: Check<number> = (value): value is number => Number.isInteger(value) && Number(value) >= 0;

type Checked<Checks> = { [Name in keyof Checks]: Checks[Name] extends Check<infer Value> ? Value : never };

export function shape<Checks extends Record<string, Check<unknown>>>(
  checks: Checks,
): StandardSchema<Checked<Checks>> {
  const validate = (value: unknown) => {
    const given = (value ?? {}) as Record<string, unknown>;
    const wrong = Object.keys(checks).filter((name) => !checks[name]?.(given[name]));
    if (wrong.length === 0) return { value: given as Checked<Checks> };
    return { issues: wrong.map((name) => ({ message: 'is missing or not valid', path: [name] })) };
  };
  return { '~standard': { version: 1, vendor: 'shop', validate } };
}
