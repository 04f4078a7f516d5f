/** What the YAML parser refuses, in words that say what to write instead; each thing once, at the place to change. */

import { type Document, isCollection, isScalar, type Node, visit, type YAMLError } from 'yaml';
import type { FileProblem } from './parse.js';
import { at, type Source } from './yaml-problems.js';

/** Where to change something, and what. */
interface Said {
  offset: number;
  detail: string;
  /** What follows was read as something that it is not: nothing else is said of it. */
  ends?: true;
}

/** Errors looked at: thousands of them in one line are one mistake, and each looks at the whole line. */
const MOST_ERRORS = 1_000;

/** After a star that is not quoted the rest of its line means nothing, and after what is not closed the rest of the file. */
export function syntaxProblems(
  source: Source,
  document: Document.Parsed,
  errors: readonly YAMLError[],
): FileProblem[] {
  const problems: FileProblem[] = [];
  const told = new Set<number>();
  let over = false;
  const first = [...errors].sort((a, b) => a.pos[0] - b.pos[0]).slice(0, MOST_ERRORS);
  for (const error of first) {
    const star = starOf(source, error.pos[0]);
    const said: Said | undefined = star ?? (over ? undefined : saidOf(source, document, error));
    if (!said) continue;
    const { line } = source.lines.linePos(said.offset);
    if (told.has(line)) continue;
    told.add(line);
    over ||= said.ends === true;
    problems.push({ pointer: at(source, said.offset), detail: said.detail });
  }
  return problems;
}

/** A cron that begins with a star and is not quoted: YAML takes it for an alias. */
function starOf({ text }: Source, offset: number): Said | undefined {
  const { from, line } = lineAt(text, offset);
  const match = /^(.*?(?:[:[,{]|-)\s+|\s*)(\*(?![A-Za-z]+\s*$)[^#"'\]}]*)/.exec(line);
  if (!match) return undefined;
  const [, before = '', value = ''] = match;
  return {
    offset: from + before.length,
    detail: `a value that begins with * must be quoted: "${value.trim().replace(/,$/, '')}"`,
  };
}

function lineAt(text: string, offset: number): { from: number; line: string } {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return { from, line: text.slice(from, end < 0 ? text.length : end) };
}

function saidOf(source: Source, document: Document.Parsed, { code, message, pos }: YAMLError): Said {
  const [offset] = pos;
  const here = (detail: string): Said => ({ offset, detail });
  switch (code) {
    case 'TAB_AS_INDENT':
      return here('a tab indents this line; YAML takes spaces only: write spaces');
    case 'BAD_INDENT':
    case 'MISSING_CHAR':
      return notClosed(source, document, message, offset) ?? badIndent(source, message, offset);
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW':
      return misplaced(source, message, offset);
    case 'BAD_SCALAR_START':
      return mustBeQuoted(source, offset);
    case 'TAG_RESOLVE_FAILED':
      return here('tags (words that begin with !) are not read; leave it out, or quote the value');
    case 'BAD_DQ_ESCAPE':
      return here(
        'between double quotes a backslash begins an escape, and this is none; write \\\\, or single quotes',
      );
    case 'UNEXPECTED_TOKEN':
      return unexpected(source, message, offset);
    case 'MULTIPLE_DOCS':
      return here('one file is one document; leave out ---, or make it two files');
    case 'NON_STRING_KEY':
      return here('a key must be a text; write it in quotes');
    case 'BAD_ALIAS':
      return here(
        '& and * are followed by a name, as in &base and *base; where the sign itself is meant, quote it',
      );
    case 'BAD_DIRECTIVE':
      return here('lines that begin with % are for YAML itself, and this is none; leave it out');
    default:
      return here(`${message}; write it plainly`);
  }
}

/** The quote or bracket that something is missing to; undefined: nothing is. */
function notClosed(
  { text }: Source,
  document: Document.Parsed,
  message: string,
  offset: number,
): Said | undefined {
  const quote = /Missing closing (["'])/.exec(message)?.[1];
  const bracket = /^Flow (map|sequence)\b.*(?:end|must be)/.exec(message)?.[1];
  if (quote === undefined && bracket === undefined) return undefined;
  const opens = quote ?? (bracket === 'map' ? '{' : '[');
  const closes = { '{': '}', '[': ']' }[opens] ?? opens;
  let begun: number | undefined;
  visit(document, {
    Node(_, node) {
      const [from = 0, to = 0] = (node as Node).range ?? [];
      if (from > offset || text[from] !== opens) return;
      const open = to - from < 2 || text[to - 1] !== closes;
      if (open && (quote === undefined ? isCollection(node) : isScalar(node))) begun = from;
    },
  });
  const what = quote === undefined ? 'bracket' : 'quote';
  return {
    offset: begun ?? offset,
    detail: `the ${what} ${opens} that opens here is not closed; write ${closes} where its value ends`,
    ends: true,
  };
}

function badIndent({ text }: Source, message: string, offset: number): Said {
  const { from, line } = lineAt(text, offset);
  const begin = from + (/^ */.exec(line)?.[0].length ?? 0);
  if (/need to be followed by map values/.test(message)) {
    const glued = /^\s*([\w.-]+):(\S.*)$/.exec(line);
    return glued
      ? { offset: begin, detail: `a space is missing behind the colon; write ${glued[1]}: ${glued[2]}` }
      : { offset, detail: 'a key needs a colon, a space and a value; write it so, or remove the line' };
  }
  const columns = begin - from;
  const detail = `is indented by ${columns} ${columns === 1 ? 'space' : 'spaces'}, unlike the lines it stands among; give those that belong together the same number of spaces`;
  return { offset: begin, detail };
}

function misplaced({ text }: Source, message: string, offset: number): Said {
  if (/sequence may not|sequence as/.test(message)) {
    return {
      offset: lineStart(text, offset),
      detail: 'a list item (-) stands among keys; indent it below its key, or write a key',
    };
  }
  const { from, line } = lineAt(text, offset);
  const inFlow = /flow collections/.test(message);
  if (inFlow)
    return { offset, detail: 'a comma is missing between entries in brackets; write one between each two' };
  const value = line.slice(offset - from);
  if (/:\s/.test(value)) {
    const whole = value.replace(/\s+#.*$/, '').trim();
    return {
      offset,
      detail: `a value with a colon and a space in it must be quoted: ${JSON.stringify(whole)}`,
    };
  }
  const next = text.indexOf('\n', offset) + 1;
  const following = next > 0 ? lineAt(text, next).line : '';
  if (/^\s+\S/.test(following) && indentOf(following) > indentOf(line) && /:\s/.test(line)) {
    const detail = 'is indented deeper than the line above it, which has a value already; indent both alike';
    return { offset: next + indentOf(following), detail };
  }
  return {
    offset: lineStart(text, offset),
    detail: 'is no key with a value; a colon and a space are missing',
  };
}

const indentOf = (line: string): number => /^ */.exec(line)?.[0].length ?? 0;

function lineStart(text: string, offset: number): number {
  const { from, line } = lineAt(text, offset);
  return from + indentOf(line);
}

function mustBeQuoted({ text }: Source, offset: number): Said {
  const { from, line } = lineAt(text, offset);
  const value = line
    .slice(offset - from)
    .replace(/\s+#.*$/, '')
    .replace(/\s*[,}\]].*$/, '')
    .trim();
  return { offset, detail: `a value that begins with ${value[0]} must be quoted: ${JSON.stringify(value)}` };
}

function unexpected({ text }: Source, message: string, offset: number): Said {
  const sign = text[offset] ?? '';
  if (/-end token/.test(message))
    return { offset, detail: `nothing is open that this ${sign} would close; leave it out` };
  if (/at node end/.test(message)) {
    return { offset, detail: 'nothing may follow a value that has ended; put the whole of it in quotes' };
  }
  if (/Not a YAML token/.test(message)) {
    return { offset, detail: 'nothing may follow | or > on its line; write the text on the lines below' };
  }
  if (sign === ',') return { offset, detail: 'an entry is missing before this comma; leave one of them out' };
  return { offset, detail: `${JSON.stringify(sign)} is not expected here; quote the value it belongs to` };
}
