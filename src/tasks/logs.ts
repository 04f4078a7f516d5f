/** What the attempts of a task logged, a page at a time, oldest first: the same for client, API and command line. */

import { formatInstant } from '../domain/input/instants.js';
import { refuse } from '../domain/input/read-fields.js';
import { about, text, type Values, wholeText } from '../domain/input/readers.js';
import { LOG_LINES } from '../domain/input/sizes.js';
import type { LogPlace, Store, LogLine as StoredLine } from '../store/contract/index.js';
import { findTask } from './find.js';

const USUAL_LIMIT = 50;

/** What a log may be asked for, as a query string gives it. */
export const LOGS = {
  limit: about(wholeText(1, LOG_LINES), `how many lines, at most ${LOG_LINES}; by default ${USUAL_LIMIT}`),
  cursor: about(text(64), 'nextCursor of the page before, or the id of a line: what stands behind it'),
};

/** One line that a handler wrote with `ctx.log`. */
export interface LogLine {
  /** `<attempt>-<number>`: where to go on reading. */
  id: string;
  /** Which attempt wrote it. */
  attempt: number;
  /** RFC 3339. */
  at: string;
  /** How much it matters. */
  level: 'info' | 'warn' | 'error';
  /** The text of the line. */
  message: string;
  /** What was given beside it. */
  fields?: Record<string, unknown>;
}

/** A page of a task's log. */
export interface LogPage {
  /** The lines of this page. */
  items: LogLine[];
  /** null: there is nothing behind these now. */
  nextCursor: string | null;
}

/** Throws `not_found`. */
export async function taskLogs(
  store: Pick<Store, 'find' | 'logs'>,
  id: string,
  { limit = USUAL_LIMIT, cursor }: Values<typeof LOGS>,
): Promise<LogPage> {
  const after = cursor === undefined ? undefined : placeOf(cursor);
  const { queue } = await findTask(store, id);
  const lines = await store.logs(queue, id, limit + 1, after);
  const items = lines.slice(0, limit).map(view);
  return { items, nextCursor: lines.length > limit ? (items.at(-1)?.id ?? null) : null };
}

function placeOf(cursor: string): LogPlace {
  const [, attempt, line] = /^(\d{1,9})-(\d{1,9})$/.exec(cursor) ?? [];
  if (attempt !== undefined) return { attempt: Number(attempt), line: Number(line) };
  return refuse('invalid_input', [{ path: ['cursor'], detail: 'must be a nextCursor, or the id of a line' }]);
}

function view({ attempt, line, text }: StoredLine): LogLine {
  const [at, level, message, fields] = JSON.parse(text) as [
    number,
    LogLine['level'],
    string,
    Record<string, unknown>?,
  ];
  return {
    id: `${attempt}-${line}`,
    attempt,
    at: formatInstant(at),
    level,
    message,
    ...(fields === undefined ? {} : { fields }),
  };
}
