/** The log of an attempt: every line goes where the worker's lines go, and is kept with the task besides. */

import type { Log, LogFields, Write } from '../runtime/log.js';
import { writtenError } from '../runtime/log.js';

/** Characters of a line's text, and of its fields, that are kept. */
const MOST = 1_000;

/** `keep`: with a line, as it is kept: JSON of `[ms, level, text, fields?]`. */
export function taskLog(
  log: Log,
  now: () => number,
  keep: (line: string) => void,
  bound: LogFields = {},
): Log {
  const both =
    (level: 'info' | 'warn' | 'error'): Write =>
    (first: LogFields | string, second?: string) => {
      const own = typeof first === 'string' ? {} : first;
      const text = typeof first === 'string' ? first : second;
      if (typeof first === 'string') log[level](first);
      else log[level](first, second as string);
      keep(lineOf(now(), level, text ?? '', { ...bound, ...own }));
    };
  return {
    // For whoever debugs a worker, who reads its log.
    debug: log.debug,
    info: both('info'),
    warn: both('warn'),
    error: both('error'),
    child: (fields) => taskLog(log.child(fields), now, keep, { ...bound, ...fields }),
  };
}

function lineOf(at: number, level: string, text: string, fields: LogFields): string {
  const cut = String(text).slice(0, MOST);
  const more = fieldsText(fields);
  return `[${at},"${level}",${JSON.stringify(cut)}${more === '' ? '' : `,${more}`}]`;
}

/** '' where there are none; those that cannot be written, or are too long, are told of. */
function fieldsText(fields: LogFields): string {
  try {
    const written = Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? writtenError(value, false) : value,
    ]);
    const text = JSON.stringify(Object.fromEntries(written));
    if (text === '{}') return '';
    return text.length <= MOST ? text : `{"omitted":"${text.length} characters of fields"}`;
  } catch {
    return '{"omitted":"fields that are no JSON"}';
  }
}
