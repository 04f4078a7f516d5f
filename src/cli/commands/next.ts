/** `carillon next`: the next instants of a cron expression, once or as a stream of requests. */

import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { CarillonError } from '../../domain/errors.js';
import { formatInstant, INSTANT_GRAMMAR, parseInstant } from '../../domain/instants.js';
import { compileSpec } from '../../domain/spec.js';
import { suggestion } from '../../domain/suggestions.js';
import { wallNow } from '../../runtime/wall.js';
import { command, type Surroundings } from '../command.js';

interface Flags {
  tz?: string;
  from?: string;
  count?: string;
  gap?: string;
  fold?: string;
  json?: boolean;
  stdin?: boolean;
}

const USUAL_COUNT = 5;
const LARGEST_COUNT = 100_000;
/** What one line of the stream may ask. */
const REQUEST = ['expr', 'tz', 'from', 'count'] as const;

export function nextCommand({ output }: Surroundings): Command {
  return command(
    'next',
    'Print the next instants of a cron expression, strictly after --from',
    'carillon next "30 2 * * *" --tz Europe/Berlin --count 3',
    'echo \'{"expr":"0 9 * * MON","tz":"UTC"}\' | carillon next --stdin --json',
  )
    .argument('[cron]', 'five fields, or six with leading seconds; quote it')
    .option('--tz <zone>', 'IANA time zone', 'UTC')
    .option('--from <time>', 'RFC 3339 time to start after (default: now)')
    .option('--count <n>', `how many (default ${USUAL_COUNT})`)
    .option('--gap <rule>', 'a local time that does not exist: shift (the only rule of this release)')
    .option('--fold <rule>', 'a local time that exists twice: first (the only rule of this release)')
    .option('--json', 'print a JSON array of UTC times')
    .option('--stdin', 'answer one JSON request per line of input with one line of JSON')
    .action(async (expression: string | undefined, flags: Flags) => {
      if (flags.stdin) {
        if (expression !== undefined) throw new CarillonError('usage', '--stdin takes no expression.');
        await answerLines((text) => output.line(text));
        return;
      }
      if (expression === undefined) throw new CarillonError('usage', 'A cron expression is missing.');
      refuseRule('--gap', flags.gap, 'shift', ['skip']);
      refuseRule('--fold', flags.fold, 'first', ['second', 'both']);
      const instants = instantsOf(expression, flags.tz, flags.from, wholeOf(flags.count));
      if (flags.json) output.line(JSON.stringify(instants));
      else for (const instant of instants) output.line(instant);
    });
}

function refuseRule(flag: string, given: string | undefined, only: string, later: string[]): void {
  if (given === undefined || given === only) return;
  const why = later.includes(given)
    ? 'is not supported by this release'
    : `must be ${[only, ...later].join(' or ')}`;
  throw new CarillonError(later.includes(given) ? 'unsupported' : 'usage', `${flag} ${given}: ${why}.`);
}

function wholeOf(text: string | undefined): unknown {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : text;
}

/** UTC texts; fewer than asked for when the expression ends. Throws `invalid_cron`, `usage` or `invalid_input`. */
function instantsOf(expression: string, timezone: unknown, from: unknown, count: unknown): string[] {
  const [zone, many] = [timezone ?? 'UTC', count ?? USUAL_COUNT];
  const start = from === undefined ? wallNow() : parseInstant(from);
  if (typeof zone !== 'string') throw new CarillonError('usage', 'The time zone must be a text.');
  if (start === undefined) throw new CarillonError('usage', `The start must be ${INSTANT_GRAMMAR}.`);
  if (typeof many !== 'number' || !Number.isInteger(many) || many < 1 || many > LARGEST_COUNT) {
    throw new CarillonError('usage', `The count must be a whole number from 1 to ${LARGEST_COUNT}.`);
  }
  const search = compileSpec(
    { kind: 'cron', expressions: [expression], timezone: zone, gap: 'shift', fold: 'first' },
    'next',
  );
  const instants: string[] = [];
  for (let at = search.next(start); at !== null; at = search.next(at)) {
    instants.push(formatInstant(at));
    if (instants.length === many) break;
  }
  return instants;
}

async function answerLines(line: (text: string) => void): Promise<void> {
  for await (const request of createInterface({
    input: process.stdin,
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line(JSON.stringify(answerOf(request)));
  }
}

function answerOf(line: string): { next: string[] } | { error: string } {
  try {
    const request = readRequest(line);
    return { next: instantsOf(request['expr'] as string, request['tz'], request['from'], request['count']) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function readRequest(line: string): Record<string, unknown> {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    throw new CarillonError('malformed_json', 'The line is no JSON value.');
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new CarillonError('usage', 'The request must be a JSON object.');
  }
  const unknown = Object.keys(request).find((key) => !REQUEST.some((known) => known === key));
  if (unknown !== undefined) {
    throw new CarillonError('usage', `${unknown} is no field of a request${suggestion(unknown, REQUEST)}.`);
  }
  if (!('expr' in request) || typeof request.expr !== 'string') {
    throw new CarillonError('usage', 'expr must be a text.');
  }
  return { ...request };
}
