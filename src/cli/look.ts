/** How values look: exact and plain for programs; local, relative and coloured for a person at a terminal. */

import { printable } from '../domain/input/error-text.js';

/** A piece of text, an instant (RFC 3339) or a state with what is to be said beside it. */
export type Piece = string | { time: string } | { state: string; note?: string };
/** What stands in one place of a table; several pieces stand side by side. */
export type Cell = Piece | readonly Piece[];

export interface Look {
  text(cell: Cell): string;
}

/** What pipes and files get: times in UTC, no colours. */
export const plainLook: Look = { text: (cell) => textOf(cell, { time: printable, state: printable }) };

/** `now`: what times are told apart from. `colour`: whether the terminal shows colours and its owner wants them. */
export function terminalLook(now: () => number, colour: boolean): Look {
  const time = (iso: string): string => {
    const at = Date.parse(iso);
    return Number.isNaN(at) ? printable(iso) : `${localText(at)} (${relative(at - now())})`;
  };
  const state = (word: string): string => {
    const code = colour ? COLOURS[word] : undefined;
    return code === undefined ? printable(word) : `\x1b[${code}m${word}\x1b[39m`;
  };
  return { text: (cell) => textOf(cell, { time, state }) };
}

/** How many columns a text takes on a terminal. */
export function widthOf(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours put in above
  return text.replace(/\x1b\[\d+m/g, '').length;
}

type Words = Readonly<Record<'time' | 'state', (text: string) => string>>;

function textOf(cell: Cell, words: Words): string {
  const pieces = (Array.isArray(cell) ? cell : [cell]) as readonly Piece[];
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return printable(piece);
      if ('time' in piece) return words.time(piece.time);
      const word = words.state(piece.state);
      return piece.note === undefined ? word : `${word} (${printable(piece.note)})`;
    })
    .filter((text) => text !== '')
    .join('  ');
}

/** Red asks for somebody, yellow may need time, green is well, grey rests. */
const COLOURS: Readonly<Record<string, number>> = {
  dead: 31,
  faulty: 31,
  failed: 31,
  timeout: 31,
  lost: 31,
  retrying: 33,
  paused: 33,
  running: 36,
  ready: 34,
  completed: 32,
  enabled: 32,
  cancelled: 90,
  disabled: 90,
  finished: 90,
};

/** `2026-03-08 03:30:00 -04:00`: what a clock on the wall shows, and where that wall stands. */
function localText(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const ahead = -date.getTimezoneOffset();
  const zone = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60].map(two).join(':');
  return `${day} ${clock} ${ahead < 0 ? '-' : '+'}${zone}`;
}

const SECONDS = ['s', 1_000, 0] as const;
/** Each with its length, ms, and how many of it there must be to be told in it. */
const UNITS = [['d', 86_400_000, 2], ['h', 3_600_000, 2], ['m', 60_000, 2], SECONDS] as const;

/** `in 5m`, `3d ago`. */
function relative(ms: number): string {
  const apart = Math.abs(ms);
  const [unit, length] = UNITS.find(([, one, least]) => apart >= one * least) ?? SECONDS;
  const count = `${Math.floor(apart / length)}${unit}`;
  return ms > 0 ? `in ${count}` : `${count} ago`;
}
