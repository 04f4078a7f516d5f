/** What a Python file assigns, wherever it does so, and which calls stand as statements. */

import { tokensOf } from './code-tokens.js';
import { type Call, CodeReader, type CodeValue } from './code-values.js';
import type { SourceText } from './draft.js';

/** `key`: where an entry of a map is assigned. */
export interface Assigned {
  name: string;
  key?: string;
  value: CodeValue;
}

export interface Entry {
  key: string;
  value: CodeValue;
}

export function assignmentsOf(source: SourceText): { assigned: Assigned[]; calls: Call[] } {
  const reader = new CodeReader(tokensOf(source, 'python'), source.text);
  const assigned: Assigned[] = [];
  const calls: Call[] = [];
  while (reader.token.kind !== 'end') {
    const start = reader.at;
    const found = statement(reader);
    if (found && 'kind' in found) calls.push(found);
    else if (found) assigned.push(found);
    // Not understood: on to the next line.
    if (!found) reader.at = start;
    reader.toNextLine();
  }
  return { assigned: [...assigned, ...calls.flatMap(updates)], calls };
}

function statement(reader: CodeReader): Assigned | Call | undefined {
  const { kind, text: name } = reader.token;
  if (kind !== 'name') return undefined;
  reader.at += 1;
  if (reader.is('(')) {
    reader.at -= 1;
    const value = reader.value();
    return value.kind === 'call' ? value : undefined;
  }
  let key: string | undefined;
  if (reader.takeIf('[')) {
    const { value } = reader.token;
    if (typeof value !== 'string') return undefined;
    reader.at += 1;
    if (!reader.takeIf(']')) return undefined;
    key = value;
  } else if (reader.takeIf(':')) {
    // An annotation: a value up to the sign of the assignment.
    while (!reader.is('=') && reader.token.kind !== 'line' && reader.token.kind !== 'end') reader.at += 1;
  }
  if (!reader.takeIf('=')) return undefined;
  return { name, value: reader.value(), ...(key === undefined ? {} : { key }) };
}

/** `conf.update(beat_schedule={…})`, `beat_schedule.update({…})`. */
function updates({ name, args, named }: Call): Assigned[] {
  if (!name.endsWith('.update')) return [];
  const target = name.slice(0, -'.update'.length);
  const byName = [...named].map(([key, value]) => ({ name: key, value }));
  const maps = args.flatMap((arg) => mapEntries(arg).entries);
  const byKey = maps.flatMap(({ key, value }) => [
    { name: target, key, value },
    { name: key, value },
  ]);
  return [...byName, ...byKey];
}

/** Of a map, also one that is written `dict(…)`; what it takes over from elsewhere are its spreads. */
export function mapEntries(value: CodeValue): { entries: Entry[]; spreads: CodeValue[] } {
  if (value.kind === 'call' && value.name === 'dict' && value.args.length === 0) {
    const entries = [...value.named].map(([key, one]) => ({ key, value: one }));
    const spread = value.named.get('**');
    return { entries: entries.filter(({ key }) => key !== '**'), spreads: spread ? [spread] : [] };
  }
  if (value.kind !== 'map') return { entries: [], spreads: [] };
  const entries = value.entries.flatMap(([key, one]) =>
    key.kind === 'literal' ? [{ key: String(key.value), value: one }] : [],
  );
  const computed = value.entries.filter(([key]) => key.kind !== 'literal').map(([key]) => key);
  return { entries, spreads: [...value.spreads, ...computed] };
}
