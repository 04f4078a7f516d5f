/** Drafts as a schedule file: a schedule a line where it fits, a key a line where it does not. */

import { isRecord } from '../../domain/input/readers.js';
import type { Draft, DraftFields } from './draft.js';

/** Characters of a line. */
const WIDTH = 120;

/** What needs no quotes: words, durations, times. Anything that could be read as something else gets them. */
const PLAIN =
  /^(?:[A-Za-z/][A-Za-z0-9_./@-]*|(?:\d+(?:ms|[smhdw]))+|\d{4}-\d\d-\d\dT[\d:]+(?:Z|[+-]\d\d:\d\d))$/;
const OTHERS = /^(?:true|false|null|yes|no|on|off|y|n|nan|inf)$/i;
/** What a quoted text may hold in JSON and not in YAML, or is seen by nobody. */
const UNSEEN = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

export function writeFile(
  comments: readonly string[],
  defaults: DraftFields,
  drafts: readonly Draft[],
): string {
  const lines = [...comments.map(commentLine), 'version: 1'];
  if (Object.keys(defaults).length > 0) lines.push(...entry('defaults', defaults, ''));
  if (drafts.length === 0) lines.push('schedules: {}');
  else lines.push('schedules:');
  for (const { id, fields, comments: above } of drafts) {
    lines.push(...above.map((text) => `  ${commentLine(text)}`), ...entry(id, fields, '  '));
  }
  return `${lines.join('\n')}\n`;
}

function commentLine(text: string): string {
  return `# ${text.replace(/[\p{Cc}\u2028\u2029\ufeff]/gu, ' ').trim()}`;
}

function entry(key: string, value: unknown, indent: string): string[] {
  const line = `${indent}${scalar(key)}: ${flow(value)}`;
  if (line.length <= WIDTH || !isMap(value)) return [line];
  const inner = Object.entries(value).flatMap(([name, one]) => entry(name, one, `${indent}  `));
  return [`${indent}${scalar(key)}:`, ...inner];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && Object.keys(value).length > 0;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, one]) => `${scalar(key)}: ${flow(one)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  if (typeof value === 'string') return scalar(value.replaceAll('${', () => '$${'));
  return JSON.stringify(value);
}

function scalar(text: string): string {
  if (PLAIN.test(text) && !OTHERS.test(text)) return text;
  const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(UNSEEN, escaped);
}
