/** Times of Celery: `crontab(…)`, `timedelta(…)`, seconds; those that follow the sun have no counterpart. */

import { lastPart } from './code-tokens.js';
import { type Call, type CodeValue, literalOf, shown } from './code-values.js';
import { CELERY, cronFor } from './cron.js';
import { type DraftFields, type Gathered, Refusal } from './draft.js';
import { everyFrom } from './lengths.js';

const FIELDS = ['minute', 'hour', 'day_of_month', 'month_of_year', 'day_of_week'] as const;

/** The same by their place among the arguments. */
const ARGUMENTS = ['minute', 'hour', 'day_of_week', 'day_of_month', 'month_of_year'];

/** ms. */
const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    weeks: 604_800_000,
    days: 86_400_000,
    hours: 3_600_000,
    minutes: 60_000,
    seconds: 1_000,
    milliseconds: 1,
    microseconds: 0.001,
  }),
);
/** Arguments of `timedelta` by their place. */
const PLACES = ['days', 'seconds', 'microseconds', 'milliseconds', 'minutes', 'hours', 'weeks'];

export function celeryWhen(gathered: Gathered, id: string, value: CodeValue): DraftFields {
  if (value.kind === 'literal' && typeof value.value === 'number')
    return { every: everyFrom(value.value * 1_000) };
  if (value.kind !== 'call') throw new Refusal(`schedule is ${shown(value)}: code, which is not run here`);
  const name = lastPart(value.name);
  if (name === 'crontab') return { cron: fromCrontab(gathered, id, value) };
  if (name === 'timedelta') return { every: everyFrom(timedelta(value)) };
  if (name === 'schedule' || name === 'maybe_schedule') {
    const inner = value.args[0] ?? value.named.get('run_every');
    if (inner) return celeryWhen(gathered, id, inner);
  }
  if (name === 'solar' || name === 'rrule') throw new Refusal(`${name} has no counterpart`);
  throw new Refusal(`schedule is ${shown(value)}: code, which is not run here`);
}

function timedelta({ args, named }: Call): number {
  let sum = 0;
  const given = [...args.map((arg, index) => [PLACES[index] ?? '', arg] as const), ...named];
  for (const [unit, value] of given) {
    const count = literalOf(value, unit);
    const size = UNITS.get(unit);
    if (size === undefined || typeof count !== 'number')
      throw new Refusal(`timedelta takes no ${unit || 'such argument'}`);
    sum += count * size;
  }
  return sum;
}

function fromCrontab(gathered: Gathered, id: string, call: Call): string {
  const { args, named } = call;
  const placed = args.map((arg, index) => [ARGUMENTS[index] ?? `argument ${index + 1}`, arg] as const);
  const given = new Map<string, CodeValue>([...placed, ...named]);
  const unknown = [...given.keys()].filter((key) => key !== 'app' && !FIELDS.some((field) => field === key));
  if (unknown.length > 0) throw new Refusal(`crontab with ${unknown.join(', ')} has no counterpart`);
  const fields = FIELDS.map((name) => {
    const value = given.get(name);
    return value === undefined ? '*' : fieldText(name, value);
  });
  const { cron } = cronFor(gathered, id, fields.join(' '), CELERY);
  if (fields[0] === '*' && !given.has('minute') && given.size > 0)
    gathered.remark('warn', withoutMinute(fields), id);
  if (given.has('day_of_week')) {
    gathered.remark('note', "days of the week are cron's, 0 is Sunday (only APScheduler begins with Monday)");
  }
  return cron;
}

/** A text, a number, or a list of either. */
function fieldText(name: string, value: CodeValue): string {
  const literal = literalOf(value, name);
  const items = Array.isArray(literal) ? literal : [literal];
  const text = items.map((item) => String(item).replace(/\s+/g, '')).join(',');
  if (text === '' || text === 'null') throw new Refusal(`${name} is empty`);
  return text;
}

function withoutMinute([, hour = '*']: readonly string[]): string {
  const runs = /^\d+$/.test(hour) ? '60 runs' : 'a run in each minute';
  return `no minute given: ${runs}`;
}
