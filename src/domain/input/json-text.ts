/** JSON as text: values that stay the text they came as, and whatever reading the others would change without a word. */

import type { FieldProblem, Path } from './readers.js';

/** A value in the very words it was received in, valid JSON. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export interface JsonReading {
  value: unknown;
  /** Names that stand twice in one object, and numbers that no program of ours can hold. */
  problems: FieldProblem[];
}

/** Structure, a string, or a number or word. */
const TOKEN = /[{}[\],:]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s{}[\],:"]+/g;
const MOST_PROBLEMS = 20;
/** How many steps of the way to a problem are told. */
const LONGEST_PATH = 32;
/** How deep a value may stand that is kept: looking at the way to each one of a deep text would take for ever. */
const DEEPEST_KEPT = 3;
/** An integer of so many digits is held exactly. */
const EXACT_DIGITS = 15;

interface Level {
  /** Of an object. */
  names: Set<string> | null;
  /** The name or the index of the value that stands or comes next. */
  at: string | number;
  /** An object's next string is a name. */
  naming: boolean;
}

/** Reads `text`; values where `keep` holds (asked down to three levels) become a `JsonText`. Throws what `JSON.parse` throws. */
export function readJson(text: string, keep: (path: Path) => boolean = () => false): JsonReading {
  const value: unknown = JSON.parse(text);
  const problems: FieldProblem[] = [];
  const levels: Level[] = [];
  const kept: { path: Path; text: string }[] = [];
  let keeping: { path: Path; from: number; depth: number } | null = null;
  const path = (): Path => levels.map(({ at }) => at);
  const tell = (detail: string): void => {
    if (problems.length < MOST_PROBLEMS) problems.push({ path: path().slice(0, LONGEST_PATH), detail });
  };
  const begins = (from: number): void => {
    if (keeping || levels.length === 0 || levels.length > DEEPEST_KEPT) return;
    if (keep(path())) keeping = { path: path(), from, depth: levels.length };
  };
  const ends = (to: number): void => {
    if (!keeping || keeping.depth !== levels.length) return;
    kept.push({ path: keeping.path, text: text.slice(keeping.from, to) });
    keeping = null;
  };
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const level = levels.at(-1);
    const to = match.index + token.length;
    switch (token[0]) {
      case '{':
      case '[':
        begins(match.index);
        if (token === '{') levels.push({ names: new Set(), at: '', naming: true });
        else levels.push({ names: null, at: 0, naming: false });
        break;
      case '}':
      case ']':
        levels.pop();
        ends(to);
        break;
      case ',':
        if (level?.names) level.naming = true;
        else if (level) level.at = Number(level.at) + 1;
        break;
      case ':':
        if (level) level.naming = false;
        break;
      default:
        if (level?.names && level.naming) {
          level.at = token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1);
          if (level.names.has(level.at)) tell('stands twice in one object');
          level.names.add(level.at);
          break;
        }
        begins(match.index);
        if (!keeping && /^[-\d]/.test(token) && !survives(token)) {
          tell(`is a number that cannot be held exactly: ${token.slice(0, 40)}; write it as a text`);
        }
        ends(to);
    }
  }
  for (const one of kept) put(value, one.path, new JsonText(one.text));
  return { value, problems };
}

/** Whether a number in decimal digits is the same once a program has read it. */
export function survives(text: string): boolean {
  if (text.length <= EXACT_DIGITS && /^-?\d+$/.test(text)) return true;
  const number = Number(text);
  return Number.isFinite(number) && digitsOf(text) === digitsOf(String(number));
}

/** One text for one decimal number, however it is written; signs left out. */
function digitsOf(text: string): string {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^[-+]?(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

function put(root: unknown, path: Path, value: JsonText): void {
  let parent = root as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) parent = parent[step] as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last !== undefined) parent[last] = value;
}
