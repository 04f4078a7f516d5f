/**
 * Plain entries of a schedule file, read line by line: a name, and below it keys with words, numbers, texts in quotes
 * and short maps of these. Most entries of large files are that plain, and reading them so takes a tenth of the time.
 * Everything else is for the parser to read: null.
 */

const LINE = /^( +)([A-Za-z][A-Za-z0-9]*):(?: +(.*))?$/;
const ENTRY = /^( +)([A-Za-z0-9][A-Za-z0-9_.-]*): *$/;
const NOTHING = /^ *(?:#.*)?$/;
/** In quotes without escapes; a number that is written as itself; a duration; words. No sign that could mean more. */
const SCALAR =
  /"([ !#-[\]-~\u00a0-\ud7ff]*)"|'([ -&(-~\u00a0-\ud7ff]*)'|((?:0|[1-9]\d{0,14})(?![\w.+-]))|((?:\d+(?:ms|[smhdw]))+(?![\w.+-])|[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*)/y;
const MEMBER = /([A-Za-z][A-Za-z0-9_-]*): +/y;
const BETWEEN = /, */y;
const LITERALS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
]);
/** Words that the parser takes for something else in some writing. */
const OTHERS = /^(?:null|true|false|nan|inf)$/i;

/** The entries of a piece; null where something is not plain. */
export function plainEntries(text: string): Record<string, unknown> | null {
  const entries: Record<string, unknown> = {};
  let entry: Record<string, unknown> | undefined;
  let outer = 0;
  let indent = 0;
  for (const line of text.split('\n')) {
    if (NOTHING.test(line)) continue;
    const begun = ENTRY.exec(line);
    if (begun && (indent === 0 || (begun[1]?.length ?? 0) < indent)) {
      const name = begun[2] ?? '';
      if (outer === 0) outer = begun[1]?.length ?? 0;
      if (begun[1]?.length !== outer || Object.hasOwn(entries, name)) return null;
      if ((entry && Object.keys(entry).length === 0) || OTHERS.test(name)) return null;
      entry = {};
      entries[name] = entry;
      indent = 0;
      continue;
    }
    const [, blanks = '', key = '', written = ''] = LINE.exec(line) ?? [];
    if (!entry || key === '' || Object.hasOwn(entry, key) || OTHERS.test(key)) return null;
    if (indent === 0) indent = blanks.length;
    if (blanks.length !== indent) return null;
    const value = readValue(written);
    if (value === undefined) return null;
    entry[key] = value;
  }
  return entry && Object.keys(entry).length > 0 ? entries : null;
}

function readValue(written: string): unknown {
  const text = written.trimEnd();
  if (text.startsWith('{')) return mapOf(text);
  const scalar = scalarAt(text, 0);
  return scalar && scalar.end === text.length ? scalar.value : undefined;
}

function mapOf(text: string): Record<string, unknown> | undefined {
  const map: Record<string, unknown> = {};
  let at = text.startsWith('{ ') ? 2 : 1;
  for (;;) {
    MEMBER.lastIndex = at;
    const key = MEMBER.exec(text)?.[1];
    if (key === undefined || Object.hasOwn(map, key) || OTHERS.test(key)) return undefined;
    const scalar = scalarAt(text, MEMBER.lastIndex);
    if (!scalar) return undefined;
    map[key] = scalar.value;
    at = scalar.end;
    if (text.slice(at).trim() === '}') return map;
    BETWEEN.lastIndex = at;
    if (!BETWEEN.test(text)) return undefined;
    at = BETWEEN.lastIndex;
  }
}

function scalarAt(text: string, at: number): { value: unknown; end: number } | null {
  SCALAR.lastIndex = at;
  const found = SCALAR.exec(text);
  if (!found) return null;
  const [, doubled, single, number, words] = found;
  const end = SCALAR.lastIndex;
  if (words === undefined) return { value: number === undefined ? (doubled ?? single) : Number(number), end };
  if (LITERALS.has(words)) return { value: LITERALS.get(words), end };
  return OTHERS.test(words) ? null : { value: words, end };
}
