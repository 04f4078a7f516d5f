/** YAML as documents, no deeper than the parser can go: it calls itself level by level, and beyond its stack a process may end. */

import {
  Composer,
  type CST,
  type Document,
  type DocumentOptions,
  Lexer,
  type LineCounter,
  type ParseOptions,
  Parser,
  type SchemaOptions,
} from 'yaml';
import { DEEPEST } from './depth.js';

/** `offset`: in the text, where it goes deeper than that. */
export class TooDeep extends Error {
  readonly offset: number;

  constructor(offset: number) {
    super(`lists and mappings stand in each other more than ${DEEPEST} levels deep; write it flatter`);
    this.offset = offset;
  }
}

type Options = ParseOptions & DocumentOptions & SchemaOptions & { lineCounter: LineCounter };

/** As the parser's own `parseAllDocuments`, one after the other. `one`: also where there is nothing. Throws `TooDeep`. */
export function documentsOf(
  text: string,
  { one = false, ...options }: Options & { one?: boolean },
): Generator<Document.Parsed, void> {
  const tokens = tokensOf(text, options.lineCounter);
  return new Composer(options).compose(tokens, one, text.length) as Generator<Document.Parsed, void>;
}

function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token, void> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > DEEPEST) throw new TooDeep(parser.offset - lexeme.length);
  }
  yield* parser.end();
}
