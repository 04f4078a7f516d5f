/** Ruby YAML: symbols as texts, and ERB, which is code: what it stands in is known by a sign and refused. */

import { type Gathered, Refusal, type SourceText } from './draft.js';
import { type Fields, isFields, textOf } from './values.js';
import { readYaml } from './yaml.js';

/** Stands for `<%= … %>`; a letter that no file holds. */
const SIGN = '\uE000';

/** The first document. Lines that only steer (`<% if … %>`) are passed over, and that is told. */
export function readRubyYaml(gathered: Gathered, source: SourceText): unknown {
  let steered = false;
  const text = source.text
    .replace(/^[ \t]*<%(?![=#])(?:(?!%>)[\s\S])*%>[ \t]*$/gm, (code) => {
      steered ||= /\b(?:if|unless|else|elsif|case|each|times|while|until)\b/.test(code);
      return code.replace(/[^\n]/g, '');
    })
    .replace(/<%#[\s\S]*?%>/g, (code) => code.replace(/[^\n]/g, ''))
    .replace(/(["']?)<%[\s\S]*?%>\1/g, (code, quote: string) => {
      const sign = `${SIGN}${code.replace(/[^\n]/g, '').length}`;
      return quote === '' ? sign : `${quote}${sign}${quote}`;
    });
  if (steered) {
    gathered.remark(
      'decide',
      `${source.path} has ERB that decides what is in it (<% … %>): everything between was taken; leave out what is not for everywhere, or give it environments`,
    );
  }
  const [value] = readYaml(gathered, { ...source, text }, { version: '1.1' });
  return withoutSymbols(value);
}

/** `:low` as `low`, in keys and in values. */
function withoutSymbols(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^:(?=[A-Za-z_])/, '');
  if (Array.isArray(value)) return value.map(withoutSymbols);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key.replace(/^:(?=[A-Za-z_])/, ''), withoutSymbols(one)]),
  );
}

/** Throws a Refusal that names the keys in which code stands. */
export function refuseCode(entry: Fields): void {
  const coded = Object.keys(entry).filter((key) => JSON.stringify(entry[key])?.includes(SIGN));
  if (coded.length > 0)
    throw new Refusal(`${coded.join(', ')} is made by ERB, which is code and is not run here`);
}

/** It says nothing of what runs, so that code in it is only left out. */
export function descriptionOf(gathered: Gathered, id: string, value: unknown): string | undefined {
  const text = textOf(value);
  if (!text?.includes(SIGN)) return text;
  gathered.remark('note', 'its description is made by ERB and left out', id);
  return undefined;
}

/** `args` as one list, as Sidekiq and Rails take them. */
export function payloadOf(args: unknown): { args: readonly unknown[] } | undefined {
  if (args === undefined || args === null) return undefined;
  const list = Array.isArray(args) ? args : [args];
  return list.length === 0 ? undefined : { args: list };
}
