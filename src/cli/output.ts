/** What a command may print: data on stdout, talk on stderr; and how an error becomes an exit code. */

import { printable } from '../domain/input/error-text.js';
import { CarillonError } from '../domain/input/errors.js';

export interface Output {
  /** A line of data. */
  line(text: string): void;
  /** Data for programs. */
  json(value: unknown): void;
  /** Rows under a heading, aligned; `empty` is said on stderr when there are none. */
  table(heading: readonly string[], rows: readonly (readonly string[])[], empty: string): void;
  /** Something for the person, not part of the data. */
  say(text: string): void;
}

interface Stream {
  write(text: string): unknown;
}

export function createOutput(stdout: Stream, stderr: Stream): Output {
  const line = (text: string): void => {
    stdout.write(`${text}\n`);
  };
  const say = (text: string): void => {
    stderr.write(`${text}\n`);
  };
  return {
    line,
    say,
    json: (value) => line(JSON.stringify(value, null, 2)),
    table(heading, rows, empty) {
      if (rows.length === 0) {
        say(empty);
        return;
      }
      const all = [heading, ...rows.map((row) => row.map(printable))];
      const widths = heading.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
      for (const row of all)
        line(
          row
            .map((text, column) => text.padEnd(widths[column] ?? 0))
            .join('  ')
            .trimEnd(),
        );
    },
  };
}

export function exitCodeOf(error: unknown): number {
  return error instanceof CarillonError ? error.exit : 1;
}
