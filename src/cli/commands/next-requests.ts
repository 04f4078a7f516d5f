/** `carillon next --stdin`: one JSON request a line, each answered by one line of JSON as soon as it is there, in order. */

import { CarillonError } from '../../domain/input/errors.js';
import { suggestion } from '../../domain/input/suggestions.js';
import { createLines } from '../lines.js';
import {
  type Compile,
  echo,
  instantsOf,
  oneLine,
  type RawSettings,
  readSettings,
  SETTING_NAMES,
  type Settings,
} from './next-question.js';

export interface RequestStream {
  input: AsyncIterable<Uint8Array>;
  /** Resolves when more may be written. */
  write(text: string): Promise<void>;
  compile: Compile;
  /** What a request asks for by a field that it leaves out. */
  usual: Settings;
  now(): number;
}

const FIELDS: readonly string[] = ['expr', ...SETTING_NAMES];

/** Bytes. A longer line is answered with an error and never kept. */
const LONGEST_LINE = 65_536;

/** Characters of answers that wait to be written together. */
const LARGEST_BATCH = 65_536;

export async function answerRequests(stream: RequestStream): Promise<void> {
  const lines = createLines(LONGEST_LINE);
  let answers = '';
  const flush = async (): Promise<void> => {
    const text = answers;
    answers = '';
    if (text !== '') await stream.write(text);
  };
  const answer = async (some: Iterable<string | null>): Promise<void> => {
    for (const line of some) {
      answers += `${JSON.stringify(answerOf(line, stream))}\n`;
      if (answers.length >= LARGEST_BATCH) await flush();
    }
    // Whoever sent these may wait for the answers before sending more.
    await flush();
  };
  for await (const chunk of stream.input) await answer(lines.of(chunk));
  await answer(lines.rest());
}

function answerOf(
  line: string | null,
  { compile, usual, now }: RequestStream,
): { next: string[] } | { error: string } {
  try {
    const { expr, ...given } = readRequest(line);
    const settings = readSettings(given, usual, '');
    return { next: instantsOf(compile(expr, settings), expr, settings, now()) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error: oneLine(error.message) };
  }
}

function readRequest(line: string | null): RawSettings & { expr: string } {
  if (line === null) {
    throw new CarillonError('invalid_input', `the line is longer than ${LONGEST_LINE} bytes`);
  }
  if (line.trim() === '') throw new CarillonError('malformed_json', 'the line is empty');
  const request = parse(line);
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new CarillonError(
      'invalid_input',
      'the request must be a JSON object such as {"expr":"0 9 * * *"}',
    );
  }
  const unknown = Object.keys(request).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) {
    const meant = suggestion(unknown.slice(0, 64), FIELDS);
    throw new CarillonError('invalid_input', `${echo(unknown)} is no field of a request${meant}`);
  }
  // null says the same as leaving the field out.
  const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null));
  const { expr } = given;
  if (typeof expr !== 'string') {
    throw new CarillonError('invalid_input', 'expr must be a text: the cron expression');
  }
  return { ...given, expr };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new CarillonError('malformed_json', 'the line is not valid JSON');
  }
}
