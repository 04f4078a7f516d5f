/** `carillon simulate`: the timetable of schedule files between two times, and its load; no server is asked. */

import type { Command } from 'commander';
import { instantAdvice } from '../../domain/input/date-advice.js';
import { formatDuration, parseDuration } from '../../domain/input/durations.js';
import { CarillonError } from '../../domain/input/errors.js';
import { parseInstant } from '../../domain/input/instants.js';
import type { ScheduleDefinition } from '../../domain/schedule/schedule.js';
import { timetable } from '../../domain/schedule/timetable.js';
import { wallNow } from '../../runtime/wall.js';
import { command } from '../command.js';
import { environmentOf } from '../environment.js';
import type { Surroundings } from '../surroundings.js';
import { type Simulated, simulationJson, tellSimulation } from './simulate-shown.js';

interface Flags {
  from?: string;
  to?: string;
  schedules: string;
  environment?: string;
  step: string;
  limit?: string;
  json?: boolean;
}

const DAY = '24h';
const TEXT_LIMIT = 50;
const JSON_LIMIT = 100_000;
const MOST_ITEMS = 1_000_000;
/** Of the load. */
const MOST_STEPS = 1_000_000;

const MORE_HELP = `
From inclusive, to exclusive, both looked at by nominal times. Every schedule is taken as new at --from: maxRuns counts
from there. What is disabled, in the shadow or for another environment starts nothing. Runs of before, catch-up, overlap
and pauses are not known here: each instant is taken as one start.`;

export function simulateCommand(surroundings: Surroundings): Command {
  return command(
    'simulate',
    'Print what schedule files start between two times, and how much at once; no server is asked',
    'carillon simulate --schedules schedules',
    'carillon simulate --from 2027-03-28T00:00:00Z --to 2d --json',
  )
    .option('--from <time|duration>', 'where it begins; a duration counts from now (default: now)')
    .option('--to <time|duration>', `where it ends; a duration counts from --from (default: ${DAY})`)
    .option('--schedules <dir>', 'directory of the files', 'schedules')
    .option('--environment <name>', 'which schedules with `environments` count (CARILLON_ENVIRONMENT)')
    .option('--step <duration>', 'the load is counted in steps of this length', '1m')
    .option('--limit <n>', `how many starts are listed (default: ${TEXT_LIMIT}, ${JSON_LIMIT} with --json)`)
    .option('--json', 'print JSON')
    .addHelpText('after', MORE_HELP)
    .action((flags: Flags) => simulate(surroundings, flags));
}

async function simulate(surroundings: Surroundings, flags: Flags): Promise<void> {
  const { output } = surroundings;
  const now = wallNow();
  const from = flags.from === undefined ? now : timeOf('--from', flags.from, now);
  const to = timeOf('--to', flags.to ?? DAY, from);
  if (to <= from) throw new CarillonError('usage', '--to must be later than --from.');
  const step = parseDuration(flags.step);
  if (step === undefined || step < 1_000)
    throw new CarillonError('usage', '--step must be a duration of at least 1s, such as "1m".');
  if ((to - from) / step > MOST_STEPS) {
    throw new CarillonError(
      'usage',
      `More than ${MOST_STEPS} steps: choose a longer --step, or a shorter span.`,
    );
  }
  const limit = limitOf(flags.limit ?? String(flags.json ? JSON_LIMIT : TEXT_LIMIT));
  const { definitions, elsewhere } = await readDefinitions(surroundings, flags);
  const simulated: Simulated = {
    ...{ from, to, step },
    ...timetable(definitions, { from, to, step, limit }),
    disabled: definitions.filter(({ enabled }) => enabled === false).length,
    shadow: definitions.filter(({ enabled }) => enabled === 'shadow').length,
    elsewhere,
  };
  if (flags.json) output.json(simulationJson(simulated));
  else tellSimulation(output, simulated, process.stdout.columns ?? 80);
}

/** ms; `start`: what a duration counts from. */
function timeOf(flag: string, text: string, start: number): number {
  const length = parseDuration(text);
  const at = length === undefined ? parseInstant(text) : start + length;
  if (at !== undefined) return at;
  const advice = instantAdvice(text);
  const words = `${flag} must be a time such as "2027-03-28T00:00:00Z" or a duration such as "${formatDuration(86_400_000)}"`;
  throw new CarillonError('usage', `${words}${advice === undefined ? '' : `; ${advice}`}.`);
}

function limitOf(text: string): number {
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (limit <= MOST_ITEMS) return limit;
  throw new CarillonError('usage', `--limit must be a whole number from 0 to ${MOST_ITEMS}.`);
}

/** Throws `invalid_schedule_file` when a file is not valid. */
async function readDefinitions(
  { env }: Surroundings,
  { schedules: dir, ...flags }: Flags,
): Promise<{ definitions: ScheduleDefinition[]; elsewhere: number }> {
  const environment = environmentOf(env, flags.environment);
  const { readInThread } = await import('../../files/read-in-thread.js');
  const { declaredIn, linesIn } = await import('../../sets/body.js');
  const { found, problems, packed, elsewhere } = await readInThread({
    dir,
    options: { env: { ...env }, environment },
  });
  if (!found) throw new CarillonError('invalid_input', `There is no directory ${dir}.`);
  if (!packed) {
    throw new CarillonError('invalid_schedule_file', 'The schedule files are not valid.', problems);
  }
  const definitions: ScheduleDefinition[] = [];
  for await (const line of linesIn(packed)) definitions.push(declaredIn(line).definition);
  return { definitions: definitions.sort((a, b) => (a.id < b.id ? -1 : 1)), elsewhere };
}
