/** JSON Schemas of payloads: what handlers tell people of what they take. Nothing is refused by them here. */

import { shortHash } from '../runtime/short-hash.js';
import type { StandardSchema } from '../tasks/definition.js';
import type { Handler, Handlers } from './handlers.js';

/** A JSON Schema, as an object. */
export type PayloadSchema = Readonly<Record<string, unknown>>;

/** What a worker says of the payloads of its handlers. */
export interface ToldSchemas {
  /** The same for the same schemas, in whatever process. */
  digest: string;
  /** JSON: handler → schema. */
  text: string;
}

/** A schema is for people: larger ones, and what is more than all of them may have together, are not told; characters. */
const LARGEST = 16_384;
const LARGEST_TOGETHER = 262_144;
const TARGET = 'draft-2020-12';

/** Of the registry of symbols, so that another copy of this package finds it, too: modules bring their own. */
const SCHEMA = Symbol.for('carillon.payloadSchema');

/** The handler itself, which tells this schema from now on. */
export function describing(handler: Handler, schema: PayloadSchema): Handler {
  return Object.defineProperty(handler, SCHEMA, { value: schema });
}

/** The schema that a library tells of its own (https://standardschema.dev/json-schema), where it can. */
export function schemaIn(input: StandardSchema | undefined): PayloadSchema | undefined {
  const told = input?.['~standard'].jsonSchema?.input;
  if (typeof told !== 'function') return undefined;
  try {
    return told({ target: TARGET });
  } catch {
    // It has something that JSON Schema cannot say.
    return undefined;
  }
}

/** null: none of them tells one. */
export function schemasOf(handlers: Handlers): ToldSchemas | null {
  const told: string[] = [];
  let size = 0;
  for (const [name, handler] of Object.entries(handlers).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const text = textOf((handler as { [SCHEMA]?: unknown })[SCHEMA]);
    if (text === undefined || text.length > LARGEST || size + text.length > LARGEST_TOGETHER) continue;
    size += text.length;
    told.push(`${JSON.stringify(name)}:${text}`);
  }
  if (told.length === 0) return null;
  const text = `{${told.join(',')}}`;
  return { digest: shortHash(text), text };
}

/** undefined: it is none that JSON can hold. */
function textOf(schema: unknown): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  try {
    return JSON.stringify(schema);
  } catch {
    return undefined;
  }
}
