/** Flags from a table of fields: each field of a body or a query is a flag in kebab-case, with the field's own words. */

import { type Command, Option } from 'commander';
import { CarillonError } from '../domain/input/errors.js';
import { JsonText } from '../domain/input/json-text.js';
import type { About, Readers } from '../domain/input/readers.js';

/** What commander hands over: a text, several where a flag may be repeated, true for one without a value. */
export type FlagValues = Readonly<Record<string, string | readonly string[] | true | undefined>>;

/** Adds a flag for each field but those in `without`; what this release refuses is taken and not shown. */
export function addFlags(command: Command, fields: Readers, without: readonly string[] = []): Command {
  for (const [name, field] of Object.entries(fields)) {
    if (without.includes(name)) continue;
    const { word = 'value', about = '', later = false } = field;
    const value = word === YES_OR_NO ? '' : ` <${word}>`;
    const flag = new Option(`--${kebab(singular(name, field))}${value}`, about).hideHelp(later);
    command.addOption(isRepeated(field) ? flag.argParser(collect) : flag);
  }
  return command;
}

/** The body that flags make; JSON travels in the words it was given in, so that its numbers stay what they are. */
export function bodyOf(
  fields: Readers,
  flags: FlagValues,
  more: Readonly<Record<string, string>> = {},
): JsonText {
  const given = Object.entries(fields).flatMap(([name, field]) => {
    const flag = singular(name, field);
    const value = flags[flag];
    return value === undefined ? [] : [`${JSON.stringify(name)}:${jsonOf(value, field, `--${kebab(flag)}`)}`];
  });
  const texts = Object.entries(more).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return new JsonText(`{${[...texts, ...given].join(',')}}`);
}

/** The word of a field that is true or false: its flag needs no value. */
const YES_OR_NO = 'true|false';

function jsonOf(value: string | readonly string[] | true, { word }: About, flag: string): string {
  if (value === true) return 'true';
  // What is no number is sent as it is: the API says what is wrong with it.
  if (word === 'n' && typeof value === 'string' && /^\d+$/.test(value)) return value;
  // No id has a comma.
  if (word === 'ids') return JSON.stringify([value].flat().flatMap((some) => some.split(',')));
  if (typeof value !== 'string' && word !== 'key=value') return JSON.stringify(value);
  if (typeof value !== 'string')
    return JSON.stringify(Object.fromEntries(value.map((one) => pairOf(one, flag))));
  return word === 'json' ? checkedJson(value, flag) : JSON.stringify(value);
}

function checkedJson(text: string, flag: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    const message = `${flag} must be JSON; a text needs its own quotes: '"hello"'.`;
    throw new CarillonError('malformed_json', message);
  }
}

function pairOf(text: string, flag: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new CarillonError('usage', `${flag} must be key=value, not "${text}".`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** A mapping is written one pair a flag, a list one item a flag. */
function isRepeated({ word, schema }: About): boolean {
  return word === 'key=value' || (schema?.['type'] === 'array' && word !== 'json');
}

/** `labels` → `label`. */
function singular(name: string, field: About): string {
  return isRepeated(field) ? name.replace(/s$/, '') : name;
}

export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const collect = (value: string, before: string[] = []): string[] => [...before, value];
