/** JSON Schema as far as a form needs it: whether a payload fits, said in words, before it is sent. What it does not know it passes over. */

import { isLosslessNumber } from 'lossless-json';

export type Schema = Readonly<Record<string, unknown>>;

/** What does not fit, and where: a JSON pointer, '' is the whole. */
export interface Misfit {
  pointer: string;
  detail: string;
}

/** Schemas may name themselves. */
const DEEPEST = 24;
const MOST = 12;
/** Of one check, all schemas and values together: a schema that names itself twice doubles the work at each level. */
const MOST_STEPS = 20_000;
const MOST_WAYS = 2 ** 24;
const LONGEST_MATCHED = 256;

/** One check, which ends where its steps do. */
interface Walk {
  root: unknown;
  found: Misfit[];
  /** Nothing more is looked for than this. */
  most: number;
  /** Throws where there are no more. */
  spend: (steps: number) => void;
}

/** `value` as lossless-json reads it. Nothing is said by a schema that is none, or where it would take too long. */
export function misfits(schema: unknown, value: unknown): Misfit[] {
  const found: Misfit[] = [];
  let left = MOST_STEPS;
  const spend = (steps: number): void => {
    left -= steps;
    if (left < 0) throw new Error('too long');
  };
  try {
    check(schema, value, '', { root: schema, found, most: MOST, spend }, 0);
  } catch {
    return [];
  }
  return found.slice(0, MOST);
}

/** With what it refers to within itself. */
export function resolved(schema: unknown, root: unknown, depth = 0): Schema {
  if (!isObject(schema)) return {};
  const { $ref: ref } = schema;
  if (typeof ref !== 'string' || !ref.startsWith('#') || depth > DEEPEST) return schema;
  const steps = ref.slice(1).split('/').slice(1).map(unescaped);
  const target = steps.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), root);
  return isObject(target) ? resolved(target, root, depth + 1) : {};
}

function check(given: unknown, value: unknown, at: string, walk: Walk, depth: number): void {
  const { root, found, most, spend } = walk;
  const tell = (detail: string): void => {
    found.push({ pointer: at, detail });
  };
  if (given === false) tell('is not known here');
  if (!isObject(given) || depth > DEEPEST || found.length >= most) return;
  const schema = resolved(given, root);
  const { enum: all, const: only, required } = schema;
  spend(1 + (lengthOf(all) >> (isObject(value) ? 0 : 4)) + (lengthOf(required) >> 4));
  const under = (inner: unknown, one: unknown, step: string): void =>
    check(inner, one, step === '' ? at : `${at}/${escaped(step)}`, walk, depth + 1);
  const types = [schema['type'] ?? []].flat() as unknown[];
  if (types.length > 0 && !types.some((type) => isOfType(value, String(type)))) {
    tell(`must be ${types.map((type) => TYPES[String(type)] ?? String(type)).join(' or ')}`);
    return;
  }
  if (Array.isArray(all) && !all.some((one) => same(one, value)))
    tell(`must be one of ${all.map((one) => JSON.stringify(one)).join(', ')}`);
  if ('const' in schema && !same(only, value)) tell(`must be ${JSON.stringify(only)}`);
  if (isLosslessNumber(value)) checkNumber(schema, value.value, tell);
  else if (typeof value === 'string') checkText(schema, value, tell, spend);
  else if (Array.isArray(value)) {
    checkSize(schema, 'Items', value.length, 'items', tell);
    const { items, prefixItems = [] } = schema;
    const first = Array.isArray(prefixItems) ? prefixItems : [];
    spend(value.length);
    value.forEach((one, i) => {
      under(i < first.length ? first[i] : items, one, String(i));
    });
  } else if (isObject(value)) {
    spend(Object.keys(value).length);
    checkObject(schema, value, tell, under);
  }
  checkCombined(schema, value, tell, under, (one) => {
    // One misfit is enough.
    const against: Misfit[] = [];
    check(one, value, '', { ...walk, found: against, most: 1 }, depth + 1);
    return against.length === 0;
  });
}

type Tell = (detail: string) => void;
type Under = (schema: unknown, value: unknown, step: string) => void;

function checkObject(schema: Schema, value: Schema, tell: Tell, under: Under): void {
  const { required, additionalProperties: more } = schema;
  const known = isObject(schema['properties']) ? schema['properties'] : {};
  if (Array.isArray(required)) {
    for (const name of required)
      if (!Object.hasOwn(value, String(name))) under(MISSING, MISSING, String(name));
  }
  const patterns = isObject(schema['patternProperties']) ? Object.keys(schema['patternProperties']) : [];
  checkSize(schema, 'Properties', Object.keys(value).length, 'keys', tell);
  for (const [name, one] of Object.entries(value)) {
    if (Object.hasOwn(known, name)) under(known[name], one, name);
    else if (more !== undefined && patterns.length === 0) under(more, one, name);
  }
}

/** A schema that nothing fits, with the words for what is not there. */
const MISSING = { type: 'given' };

function checkCombined(
  schema: Schema,
  value: unknown,
  tell: Tell,
  under: Under,
  isFit: (one: unknown) => boolean,
): void {
  const { allOf, anyOf, oneOf, not } = schema;
  if (Array.isArray(allOf)) for (const one of allOf) under(one, value, '');
  for (const choices of [anyOf, oneOf]) {
    if (!Array.isArray(choices) || choices.some(isFit)) continue;
    // Of one that fits nearly, what is wrong with it.
    if (choices.length === 1) under(choices[0], value, '');
    else tell('fits none of the shapes it may have');
  }
  if (not !== undefined && isFit(not)) tell('has a shape that it must not have');
}

function checkNumber(schema: Schema, text: string, tell: Tell): void {
  const value = Number(text);
  const bound = (name: string): number => (typeof schema[name] === 'number' ? schema[name] : Number.NaN);
  if (value < bound('minimum')) tell(`must be at least ${bound('minimum')}`);
  if (value > bound('maximum')) tell(`must be at most ${bound('maximum')}`);
  if (value <= bound('exclusiveMinimum')) tell(`must be more than ${bound('exclusiveMinimum')}`);
  if (value >= bound('exclusiveMaximum')) tell(`must be less than ${bound('exclusiveMaximum')}`);
}

function checkText(schema: Schema, value: string, tell: Tell, spend: Walk['spend']): void {
  spend(value.length >> 8);
  checkSize(schema, 'Length', [...value].length, 'characters', tell);
  const { pattern, format } = schema;
  if (typeof pattern === 'string' && !matches(pattern, value, spend)) tell(`must match ${pattern}`);
  if (format === 'date-time' && !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/i.test(value))
    tell('must be a time such as 2027-01-01T09:00:00Z');
  if (format === 'email' && !/^[^@\s]+@[^@\s]+$/.test(value)) tell('must be an address such as a@b.c');
  if (format === 'uri' && !/^[a-z][a-z0-9+.-]*:/i.test(value)) tell('must be a URL');
}

/** Of what could go back and forth for ever, nothing is said: a match cannot be stopped. */
function matches(pattern: string, value: string, spend: Walk['spend']): boolean {
  if (value.length > LONGEST_MATCHED || /\)[*+{]/.test(pattern)) return true;
  // Each repeat may end anywhere, each alternative doubles what is tried.
  const repeats = pattern.split(/[*+]|\{\d*,/).length;
  const ways = (value.length + 1) ** repeats * 2 ** (pattern.split(/[|?]/).length - 1);
  if (ways > MOST_WAYS) return true;
  spend(ways >> 14);
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    // Another dialect: nothing can be said.
    return true;
  }
}

function checkSize(schema: Schema, what: string, size: number, words: string, tell: Tell): void {
  const [least, most] = [schema[`min${what}`], schema[`max${what}`]];
  if (typeof least === 'number' && size < least) tell(`must have at least ${least} ${words}`);
  if (typeof most === 'number' && size > most) tell(`must have at most ${most} ${words}`);
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
  given: 'given',
};

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'number':
      return isLosslessNumber(value);
    case 'integer':
      return (
        isLosslessNumber(value) && (/^-?\d+$/.test(value.value) || Number.isInteger(Number(value.value)))
      );
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value) && !Array.isArray(value) && !isLosslessNumber(value);
    default:
      // One that is not known: nothing can be said; but what must be there is not.
      return type !== 'given';
  }
}

/** `wanted` as JSON reads it, `value` with its digits. */
function same(wanted: unknown, value: unknown): boolean {
  if (isLosslessNumber(value)) return wanted === Number(value.value);
  if (!isObject(value) || !isObject(wanted)) return wanted === value;
  const names = Object.keys(wanted);
  return (
    Array.isArray(wanted) === Array.isArray(value) &&
    names.every((name) => Object.hasOwn(value, name) && same(wanted[name], value[name])) &&
    names.length === Object.keys(value).length
  );
}

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');
const unescaped = (step: string): string => decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
