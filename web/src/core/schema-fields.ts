/** A form made of a JSON Schema: one field for each key of an object, and the way from what was typed to JSON and back. */

import { isLosslessNumber, stringify } from 'lossless-json';
import { resolved, type Schema } from './json-schema.js';
import { exact, typed } from './payload.js';

/** One key of the payload. */
export interface SchemaField {
  name: string;
  label: string;
  hint: string;
  kind: 'text' | 'number' | 'choice' | 'json';
  /** Of a choice: JSON of each. */
  choices: readonly string[];
  isRequired: boolean;
  /** What it begins with. */
  initial: string;
}

const MOST_FIELDS = 24;

/** null: the payload is no object of which the keys are known, or the schema is none. */
export function schemaFields(root: unknown): SchemaField[] | null {
  try {
    return fieldsOf(root);
  } catch {
    return null;
  }
}

function fieldsOf(root: unknown): SchemaField[] | null {
  const schema = resolved(root, root);
  const { properties, required } = schema;
  if (typeof properties !== 'object' || properties === null) return null;
  const names = Object.entries(properties);
  if (names.length === 0 || names.length > MOST_FIELDS) return null;
  const must = new Set(Array.isArray(required) ? required.map(String) : []);
  return names.map(([name, given]) => fieldOf(name, resolved(given, root), must.has(name)));
}

function fieldOf(name: string, schema: Schema, isRequired: boolean): SchemaField {
  const { title, description, default: usual } = schema;
  const choices = choicesOf(schema);
  const kind = choices.length > 0 ? 'choice' : kindOf(schema);
  const hint = [description, boundsOf(schema)]
    .filter((one) => typeof one === 'string' && one !== '')
    .join('; ');
  const begun = usual === undefined ? '' : kind === 'text' ? String(usual) : JSON.stringify(usual);
  return {
    ...{ name, hint, kind, choices, isRequired },
    label: typeof title === 'string' ? `${title} (${name})` : name,
    initial: begun || (isRequired && kind === 'choice' ? (choices[0] ?? '') : ''),
  };
}

function choicesOf({ enum: all, type, const: only }: Schema): string[] {
  if (only !== undefined) return [JSON.stringify(only)];
  if (Array.isArray(all)) return all.map((one) => JSON.stringify(one));
  return type === 'boolean' ? ['true', 'false'] : [];
}

function kindOf({ type }: Schema): SchemaField['kind'] {
  if (type === 'string') return 'text';
  return type === 'number' || type === 'integer' ? 'number' : 'json';
}

function boundsOf(schema: Schema): string {
  const { minimum, maximum, minLength, maxLength, format, type, pattern } = schema;
  const words = [
    type === 'integer' && 'a whole number',
    minimum !== undefined && `at least ${minimum}`,
    maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && `at most ${maximum}`,
    minLength !== undefined && Number(minLength) > 1 && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    format,
    pattern !== undefined && String(pattern).length <= 40 && `matches ${pattern}`,
  ];
  return words.filter(Boolean).join(', ');
}

/** What was typed, by the name of a key. */
type Values = Readonly<Record<string, string>>;

/** What is typed in the field of this name: a key may be named as what every object has, such as `constructor`. */
export const valueIn = (values: Values | null, name: string): string =>
  (values && Object.hasOwn(values, name) && values[name]) || '';

/** The payload as JSON, every digit as it was typed; a key whose field is empty is left out. Throws in words. */
export function jsonOf(fields: readonly SchemaField[], values: Values): string {
  const parts = fields.flatMap((field) => {
    const value = valueIn(values, field.name);
    if (value === '') return [];
    return [`${JSON.stringify(field.name)}:${written(field, value)}`];
  });
  const text = `{${parts.join(',')}}`;
  // With a key twice it goes as it was typed, and the API says what is wrong with it.
  return stringify(exact(text), undefined, 2) ?? text;
}

function written({ kind, name }: SchemaField, value: string): string {
  if (kind === 'text') return JSON.stringify(value);
  if (kind === 'number') {
    const number = value.trim();
    // What is no number goes as the text it is, and the schema says what is wrong with it.
    return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(number) ? number : JSON.stringify(value);
  }
  try {
    return typed(value);
  } catch {
    throw new Error(`${name} is no JSON value.`);
  }
}

/** What the fields would show of this payload; null where they could not show all of it. */
export function valuesOf(fields: readonly SchemaField[], payload: unknown): Record<string, string> | null {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload) || isLosslessNumber(payload))
    return null;
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(payload)) {
    const field = fields.find((one) => one.name === name);
    const text = field && shown(field, value);
    if (text === undefined) return null;
    values[name] = text;
  }
  return values;
}

function shown({ kind, choices }: SchemaField, value: unknown): string | undefined {
  const text = stringify(value) ?? '';
  if (kind === 'text') return typeof value === 'string' && value !== '' ? value : undefined;
  if (kind === 'number') return isLosslessNumber(value) ? value.value : undefined;
  return kind === 'choice' && !choices.includes(text) ? undefined : text;
}
