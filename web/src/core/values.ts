/** Values of filters, settings and changes as people read them: text without the brackets of JSON. */

import { clockOf } from './words.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** Of one value; the rest is in the whole. */
const SHOWN = 160;

/** Lists with commas, mappings as `name value`, times by the clock that is chosen. */
export function valueText(value: unknown): string {
  const text = told(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function told(value: unknown): string {
  if (typeof value === 'string') return TIME.test(value) ? clockOf(Date.parse(value)) : value;
  if (Array.isArray(value)) return value.map(told).join(', ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, one]) => (one === true ? name : `${name} ${told(one)}`))
      .join(', ');
  }
  return value === null ? 'none' : String(value);
}

export interface Change {
  /** Where it stands: `retry.delay`. */
  field: string;
  before?: unknown;
  after?: unknown;
}

/** Fields that differ, those within mappings by themselves; what says nothing to people is left out. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const [was, is] = [flat(before), flat(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((field) => !UNSAID.has(field))
    .filter((field) => JSON.stringify(was.get(field)) !== JSON.stringify(is.get(field)))
    .map((field) => ({
      field,
      ...(was.has(field) ? { before: was.get(field) } : {}),
      ...(is.has(field) ? { after: is.get(field) } : {}),
    }));
}

/** They change with every change. */
const UNSAID = new Set(['revision', 'updatedAt', 'digest']);

function flat(value: unknown, at = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    if (value !== undefined) into.set(at || 'value', value);
    return into;
  }
  for (const [name, one] of Object.entries(value)) flat(one, at ? `${at}.${name}` : name, into);
  return into;
}
