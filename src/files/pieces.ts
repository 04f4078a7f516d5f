/**
 * Large files in pieces: the entries under `schedules` are parsed a few at a time, so that what the parser makes of a
 * file is never there as a whole, which takes a third of the time and most of the memory. Only for files that are as
 * most are; whatever looks otherwise, or has anything wrong with it, is parsed whole.
 */

import { type Document, LineCounter } from 'yaml';
import { type Locator, locatorOf } from './places.js';
import { plainEntries } from './plain.js';

/** A part of the file as it is parsed, and the lines before it. */
export type ParsePiece = (
  text: string,
  lines: LineCounter,
) => { document: Document.Parsed; value: unknown } | null;

/** Shorter files are parsed whole, characters. */
const LARGE = 65_536;
/** Entries parsed at a time. */
const ENTRIES = 10;
const SCHEDULES = /^schedules:[ \t]*(?:#.*)?$/m;
const KEY = /^( +)([A-Za-z0-9][A-Za-z0-9_.-]*):(?=[ \t]|$)/;

interface Piece {
  /** In the file. */
  from: number;
  to: number;
  /** Lines before it. */
  line: number;
}

interface Entry {
  piece: Piece;
  line: number;
}

interface Cut {
  /** What stands before the entries, with the line `schedules:`, and behind them. */
  head: string;
  tail: string;
  headLines: number;
  tailLine: number;
  indent: number;
  pieces: Piece[];
  entries: Map<string, Entry>;
}

/** null: to be parsed whole. */
export function parseInPieces(
  file: string,
  text: string,
  parse: ParsePiece,
): { value: unknown; locate: Locator } | null {
  const cut = text.length < LARGE ? null : cutUp(text);
  if (!cut) return null;
  const lines = new LineCounter();
  const rest = parse(cut.head + cut.tail, lines);
  if (!rest || typeof rest.value !== 'object' || rest.value === null) return null;
  // What stands behind the entries must not become the value of `schedules` in their place.
  if (!('schedules' in rest.value) || rest.value.schedules !== null) return null;
  const schedules: Record<string, unknown> = {};
  for (const { from, to } of cut.pieces) {
    const written = text.slice(from, to);
    const value = plainEntries(written) ?? parse(written, new LineCounter())?.value;
    if (typeof value !== 'object' || value === null) return null;
    Object.assign(schedules, value);
  }
  const keys = Object.keys(schedules);
  if (keys.length !== cut.entries.size || !keys.every((key) => cut.entries.has(key))) return null;
  const outer = locatorOf(file, rest.document, lines);
  return { value: { ...rest.value, schedules }, locate: locatorIn(file, text, parse, cut, outer) };
}

/** Where the entries begin, by their lines alone; null when a line is not as expected. */
function cutUp(text: string): Cut | null {
  const top = SCHEDULES.exec(text);
  // A tab may indent, a return end a line, and an alias may stand for what another piece says.
  if (!top || /^[ ]*\t|\r/m.test(text)) return null;
  const begin = text.indexOf('\n', top.index) + 1;
  if (begin === 0) return null;
  const cut: Cut = {
    ...{ head: text.slice(0, begin), tail: '', headLines: linesIn(text.slice(0, begin)), tailLine: 0 },
    ...{ indent: 0, pieces: [], entries: new Map<string, Entry>() },
  };
  let line = cut.headLines;
  let at = begin;
  let piece: Piece = { from: begin, to: begin, line };
  let within = 0;
  for (; at < text.length; line += 1) {
    const end = text.indexOf('\n', at);
    const next = end < 0 ? text.length : end + 1;
    const written = text.slice(at, end < 0 ? text.length : end);
    // A key without a text stands wherever the text before it ended.
    if (written.startsWith(':')) return null;
    if (/^[^ #]/.test(written)) break;
    const indent = /^ *(?=[^ #])/.exec(written)?.[0].length;
    if (indent !== undefined) {
      const key = KEY.exec(written);
      if (cut.indent === 0) cut.indent = indent;
      if (indent < cut.indent) return null;
      if (indent === cut.indent) {
        const name = key?.[2];
        if (name === undefined || cut.entries.has(name)) return null;
        if (within === ENTRIES) {
          cut.pieces.push(piece);
          piece = { from: at, to: at, line };
          within = 0;
        }
        within += 1;
        cut.entries.set(name, { piece, line: line + 1 });
      }
    }
    piece.to = next;
    at = next;
  }
  if (within === 0) return null;
  cut.pieces.push(piece);
  return { ...cut, tail: text.slice(at), tailLine: line };
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}

/** A piece is parsed once more when something in it is looked for: hardly anything ever is. */
function locatorIn(file: string, text: string, parse: ParsePiece, cut: Cut, outer: Locator): Locator {
  let last: { piece: Piece; locate: Locator } | undefined;
  const inside = (piece: Piece): Locator | null => {
    if (last?.piece !== piece) {
      const lines = new LineCounter();
      const parsed = parse(text.slice(piece.from, piece.to), lines);
      if (!parsed) return null;
      last = { piece, locate: locatorOf(file, parsed.document, lines) };
    }
    return last.locate;
  };
  const [begin] = cut.entries.values();
  return (path, at) => {
    const [first, key] = path;
    if (first === 'schedules' && path.length === 1 && at !== 'key') {
      return { file, line: begin?.line ?? 1, column: cut.indent + 1 };
    }
    const entry = first === 'schedules' ? cut.entries.get(String(key)) : undefined;
    if (!entry) {
      const place = outer(path, at);
      const moved = place.line > cut.headLines ? cut.tailLine - cut.headLines : 0;
      return { ...place, line: place.line + moved };
    }
    if (path.length === 2 && at === 'key') return { file, line: entry.line, column: cut.indent + 1 };
    const place = inside(entry.piece)?.(path.slice(1), at);
    if (!place) return { file, line: entry.line, column: cut.indent + 1 };
    return { ...place, line: place.line + entry.piece.line };
  };
}
