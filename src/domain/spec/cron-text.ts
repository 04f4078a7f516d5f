/** From a cron text to its six fields: length, characters, nicknames and the number of fields. */

import { nearest } from '../input/suggestions.js';
import { FIELDS } from './cron-fields.js';
import { refuseForeign } from './cron-foreign.js';
import { escaped, type FieldPart, invalidCron, type Part, quoted, refuse } from './refusal.js';

/** Longer texts are refused unread. */
export const LONGEST_CRON = 256;

const NICKNAMES = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/** What other systems know, and what to write for it here. */
const FOREIGN_NICKNAMES = new Map([
  ['@minutely', 'write "* * * * *"'],
  ['@secondly', 'write "* * * * * *"'],
  ['@weekdays', 'write "0 0 * * 1-5"'],
  ['@weekends', 'write "0 0 * * 0,6"'],
  ['@reboot', 'a cluster has no start of the machine; enqueue a one-off task when yours starts'],
  ['@every', 'write the key every instead of cron, such as every: 5m'],
]);

/** Signs that word processors write for a hyphen. */
const DASHES = /^[\u2010-\u2015\u2212]$/;

/** Second, minute, hour, day of month, month, day of week. Throws `invalid_cron`. */
export function splitFields(expression: unknown): FieldPart[] {
  const text = checkedText(expression);
  const parts = partsOf(text);
  const first = parts[0];
  if (first === undefined) {
    throw refuse({ source: text, start: 0, text: '' }, 'it is empty; write five fields, such as "0 5 * * *"');
  }
  refuseForeign(text, parts);
  if (first.text.startsWith('@')) return splitFields(nickname(first, parts[1]));
  const zone = /^(?:CRON_)?TZ=/i.exec(first.text);
  if (zone !== null) {
    throw refuse(first, 'the time zone is no part of the expression; give it as the key timezone (--tz)');
  }
  if (parts.length !== 5 && parts.length !== 6) throw wrongCount(text, parts);
  const all = parts.length === 6 ? parts : [{ ...first, text: '0' }, ...parts];
  return FIELDS.map((field, index) => ({ ...(all[index] as Part), field }));
}

function checkedText(expression: unknown): string {
  if (typeof expression !== 'string') {
    const kind = expression === null ? 'null' : Array.isArray(expression) ? 'a list' : typeof expression;
    throw invalidCron(`cron expression must be a text such as "0 5 * * *", not ${kind}`);
  }
  if (expression.length > LONGEST_CRON) {
    throw invalidCron(
      `cron expression is ${expression.length} characters long: nothing may follow character ${LONGEST_CRON}; ` +
        'write shorter lists with ranges and steps, or a list of several expressions',
    );
  }
  const strange = /[^\x20-\x7e\t]/u.exec(expression);
  if (strange !== null) throw strangeCharacter(expression, strange.index, strange[0]);
  return expression;
}

function strangeCharacter(source: string, start: number, text: string): Error {
  const part = { source, start, text };
  if (DASHES.test(text)) return refuse(part, 'this is no hyphen; write "-"');
  const blank = /^[\s\p{Z}]$/u.test(text);
  const what = blank
    ? 'only spaces and tabs may separate the fields'
    : 'only visible ASCII characters have a meaning';
  return refuse(part, `${what}; replace ${escaped(text)}`);
}

function partsOf(source: string): Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (const text of source.split(/[ \t]/)) {
    if (text !== '') parts.push({ source, start, text });
    start += text.length + 1;
  }
  return parts;
}

function nickname(part: Part, next: Part | undefined): string {
  const meaning = NICKNAMES.get(part.text);
  const lower = part.text.toLowerCase();
  const foreign = FOREIGN_NICKNAMES.get(lower);
  if (foreign !== undefined) throw refuse(part, `not a nickname here; ${foreign}`);
  if (meaning === undefined) {
    const meant = NICKNAMES.has(lower) ? lower : nearest(lower.slice(0, 16), NICKNAMES.keys());
    const advice =
      meant === undefined ? `the nicknames are ${[...NICKNAMES.keys()].join(' ')}` : `write "${meant}"`;
    throw refuse(part, `no such nickname; ${advice}`);
  }
  if (next !== undefined) throw refuse(next, `nothing may follow ${quoted(part.text)}; leave it out`);
  return meaning;
}

function wrongCount(source: string, parts: readonly Part[]): Error {
  const names = FIELDS.slice(1).map((field) => field.name);
  const wanted = `five fields (${names.join(', ')}), or six with the second first`;
  const seventh = parts[6];
  if (seventh !== undefined) {
    const year = parts.length === 7 ? '; there is no year field, use startAt and endAt' : '';
    return refuse(seventh, `it has ${parts.length} fields; write ${wanted}${year}`);
  }
  const end = (parts.at(-1)?.start ?? 0) + (parts.at(-1)?.text.length ?? 0);
  const fields = parts.length === 1 ? '1 field' : `${parts.length} fields`;
  return refuse({ source, start: end, text: '' }, `it ends after ${fields}; write ${wanted}`);
}
