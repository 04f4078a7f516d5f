/** `carillon next`: the next instants of a cron expression, once or for a stream of requests. */

import { once } from 'node:events';
import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import { type CompiledSpec, compileSpec } from '../../domain/spec/compile.js';
import { localTime } from '../../domain/spec/local-time.js';
import { wallNow } from '../../runtime/wall.js';
import { command } from '../command.js';
import type { Surroundings } from '../surroundings.js';
import {
  instantsOf,
  oneLine,
  type RawSettings,
  readSettings,
  type Settings,
  USUAL,
} from './next-question.js';
import { answerRequests } from './next-requests.js';

interface Flags extends RawSettings {
  count?: string;
  json?: boolean;
  stdin?: boolean;
}

/** Compiled specs kept for the requests of one stream. */
const MOST_KEPT = 1_000;

const STREAM_HELP = `
With --stdin every line of input is one request, {"expr", "tz", "from", "count", "gap", "fold", "id"}, and is answered
in order by one line, {"next": […]} or {"error": "…"}. Only expr is required; a field that is left out is what the flag
of its name says. Empty lines are answered with an error, so that answers stay in step with requests.`;

export function nextCommand({ output }: Surroundings): Command {
  return command(
    'next',
    'Print the next instants of a cron expression, strictly after --from',
    'carillon next "30 2 * * *" --tz Europe/Berlin --count 3',
    'echo \'{"expr":"0 9 * * MON","tz":"UTC"}\' | carillon next --stdin --json',
  )
    .argument('[cron]', 'five fields, or six with leading seconds; quote it')
    .option('--tz <zone>', `IANA time zone (default: ${USUAL.tz})`)
    .option('--from <time>', 'RFC 3339 time with an offset to start after (default: now)')
    .option('--count <n>', `how many (default: ${USUAL.count})`)
    .option('--gap <rule>', `a local time that does not exist: shift or skip (default: ${USUAL.gap})`)
    .option('--fold <rule>', `a local time that comes twice: first, second or both (default: ${USUAL.fold})`)
    .option('--id <id>', 'id of the schedule, which decides what H stands for')
    .option('--json', 'print a JSON array of UTC times')
    .option('--stdin', 'answer one JSON request per line of input with one line of JSON')
    .addHelpText('after', STREAM_HELP)
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) })
    .action(async (expression: string | undefined, flags: Flags) => {
      try {
        const { json, stdin, count, ...others } = flags;
        const settings = readSettings({ ...others, count: wholeOf(count) }, USUAL, '--');
        if (stdin) await answerInput(expression, settings);
        else print(expression, settings, json ?? false);
      } catch (error) {
        if (!(error instanceof CarillonError)) throw error;
        throw new CarillonError(error.code, oneLine(error.message), [], { cause: error });
      }
    });

  function print(expression: string | undefined, settings: Settings, json: boolean): void {
    if (expression === undefined) throw new CarillonError('usage', 'A cron expression is missing.');
    const search = compile(expression, settings);
    const instants = instantsOf(search, expression, settings, wallNow());
    for (const { note } of search.notes()) output.say(`note: ${oneLine(note)}`);
    const lines = json ? [JSON.stringify(instants)] : linesOf(instants, settings.tz);
    for (const line of lines) output.line(line);
  }
}

/** People who look at the times themselves see what their clocks will show, too; programs get one time a line. */
function linesOf(instants: readonly string[], tz: string): readonly string[] {
  if (!process.stdout.isTTY || tz === 'UTC') return instants;
  return instants.map((instant) => `${instant}  ${localTime(Date.parse(instant), tz)}`);
}

function wholeOf(text: string | undefined): unknown {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : text;
}

function compile(expr: string, { tz, gap, fold, id }: Settings): CompiledSpec {
  return compileSpec({ kind: 'cron', expressions: [expr], timezone: tz, gap, fold }, id);
}

async function answerInput(expression: string | undefined, usual: Settings): Promise<void> {
  if (expression !== undefined) throw new CarillonError('usage', '--stdin takes no expression.');
  const { stdin, stdout } = process;
  await answerRequests({
    input: stdin,
    write: async (text) => {
      if (!stdout.write(text)) await once(stdout, 'drain');
    },
    compile: keeping(compile),
    usual,
    now: wallNow,
  });
}

/** The same, but answers again what was compiled before, the least lately asked for forgotten first. */
function keeping(make: typeof compile): typeof compile {
  const kept = new Map<string, CompiledSpec>();
  return (expr, settings) => {
    const { tz, gap, fold, id } = settings;
    const key = JSON.stringify([expr, tz, gap, fold, id]);
    const found = kept.get(key) ?? make(expr, settings);
    kept.delete(key);
    kept.set(key, found);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return found;
  };
}
