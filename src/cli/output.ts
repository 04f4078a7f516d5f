/** What a command may print: data on stdout, talk on stderr; and how an error becomes an exit code. */

import { CarillonError } from '../domain/input/errors.js';
import { wallNow } from '../runtime/wall.js';
import { type Cell, plainLook, terminalLook, widthOf } from './look.js';
import type { Surroundings } from './surroundings.js';

export interface Output {
  /** Data that has its own lines. */
  text(text: string): void;
  /** A state as it looks in a line. */
  state(state: string): string;
  /** A line of data. */
  line(cell: Cell): void;
  /** Data for programs. */
  json(value: unknown): void;
  /** One of many, as a line of JSON. */
  row(value: unknown): void;
  /** Rows under a heading, aligned; `empty` is said on stderr when there are none. */
  table(heading: readonly string[], rows: readonly (readonly Cell[])[], empty: string): void;
  /** Names beside values, aligned; those without a value are left out. */
  facts(facts: readonly (readonly [string, Cell | undefined])[]): void;
  /** Something for the person, not part of the data. */
  say(text: string): void;
}

interface Stream {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** `env`: whoever sets NO_COLOR gets none. */
export function createOutput(stdout: Stream, stderr: Stream, env: Surroundings['env'] = {}): Output {
  const look = stdout.isTTY ? terminalLook(wallNow, !env['NO_COLOR']) : plainLook;
  const raw = (text: string): void => {
    stdout.write(`${text}\n`);
  };
  const say = (text: string): void => {
    stderr.write(`${text}\n`);
  };
  const rows = (cells: readonly (readonly Cell[])[]): void => {
    for (const row of aligned(cells.map((row) => row.map(look.text)))) raw(row);
  };
  return {
    say,
    text: (text) => {
      stdout.write(text);
    },
    state: (state) => look.text({ state }),
    line: (cell) => raw(look.text(cell)),
    json: (value) => raw(JSON.stringify(value, null, 2)),
    row: (value) => raw(JSON.stringify(value)),
    table(heading, cells, empty) {
      if (cells.length === 0) say(empty);
      else rows([heading, ...cells]);
    },
    facts: (facts) => rows(facts.filter((fact): fact is [string, Cell] => fact[1] !== undefined)),
  };
}

/** Each column as wide as its widest cell. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, text] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
  return rows.map((row) =>
    row
      .map((text, column) => text + ' '.repeat((widths[column] ?? 0) - widthOf(text)))
      .join('  ')
      .trimEnd(),
  );
}

export function exitCodeOf(error: unknown): number {
  return error instanceof CarillonError ? error.exit : 1;
}
