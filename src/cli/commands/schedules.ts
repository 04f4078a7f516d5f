/** `carillon schedules`: list, show, apply, pause and resume over the API; validate reads files only. */

import type { Command } from 'commander';
import { printable } from '../../domain/input/error-text.js';
import { CarillonError } from '../../domain/input/errors.js';
import { isProcessName, NAME_GRAMMAR } from '../../domain/input/names.js';
import { wallNow } from '../../runtime/wall.js';
import { command, group, remoteCommand, remoteOf } from '../command.js';
import { type Fact, restOf } from '../facts.js';
import type { Cell, Piece } from '../look.js';
import { type ListFlags, listOver } from '../pages.js';
import type { Surroundings } from '../surroundings.js';
import { applyCommand } from './schedules-apply.js';

interface Flags {
  url?: string;
  json?: boolean;
}

interface Shown {
  id: string;
  state: string;
  handler: string;
  queue: string;
  description?: string;
  cron?: string | string[];
  timezone?: string;
  dst?: { gap: string; fold: string };
  every?: string;
  at?: string;
  startAt?: string;
  endAt?: string;
  exclude?: unknown[];
  jitter?: string;
  maxRuns?: number;
  lastRun?: { nominalAt: string; taskId: string; state: string | null } | null;
  counters: { fired: number };
  nextRuns: string[];
  /** With jitter only. */
  nextDueAt?: string[];
  paused?: { at: string; reason?: string };
  fault?: string;
  source: { kind: string; set: string; file?: string; line?: number };
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];

const pathOf = (id: string): string => `/v1/schedules/${encodeURIComponent(id)}`;

export function schedulesCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const schedules = command(
    'schedules',
    'List, show, validate, apply, pause and resume schedules',
    'carillon schedules list',
  );

  schedules.addCommand(
    remoteCommand(
      'list',
      'List schedules with their next run, by id',
      'carillon schedules list --state paused --label tier=gold',
    )
      .option('--q <text>', 'only with this text in id, handler, description, owner or labels')
      .option('--state <state>', 'enabled, disabled, paused, shadow, finished or faulty')
      .option('--queue <name>', 'only of this queue')
      .option('--handler <name>', 'only of this handler')
      .option('--set <name>', 'only of this file set')
      .option('--label <key=value>', 'only with this label; may be repeated', collect)
      .option('--limit <n>', 'one page of so many, at most 1000 (default: all of them)')
      .option('--cursor <text>', 'the page behind: nextCursor of the one before')
      .action(async ({ url, json, ...query }: Flags & ListFlags & Record<string, string | undefined>) => {
        const remote = remoteOf(surroundings, url === undefined ? {} : { url });
        const page = await listOver<Shown>(remote, '/v1/schedules', query);
        if (json) {
          output.json(page);
          return;
        }
        output.table(
          ['ID', 'WHEN', 'HANDLER', 'QUEUE', 'STATE', 'NEXT'],
          page.items.map((one) => [
            one.id,
            timing(one),
            one.handler,
            one.queue,
            { state: one.state },
            { time: one.nextRuns[0] ?? '-' },
          ]),
          'No schedules.',
        );
        if (page.nextCursor) output.say(`more: --cursor ${page.nextCursor}`);
      }),
  );

  const acting = (
    name: string,
    summary: string,
    act: (id: string, flags: Flags & { reason?: string }) => Promise<unknown>,
  ) =>
    remoteCommand(name, summary, `carillon schedules ${name} nightly-report`)
      .argument('<id>')
      .action(async (id: string, flags: Flags) => {
        const schedule = (await act(id, flags)) as Shown;
        if (flags.json) output.json(schedule);
        else await show(surroundings, schedule);
      });

  schedules.addCommand(
    acting('show', 'Show a schedule with its next runs', (id, flags) =>
      remoteOf(surroundings, flags).get(pathOf(id)),
    ),
  );
  schedules.addCommand(
    acting('pause', 'Pause a schedule; what is planned is withdrawn', (id, flags) => {
      const body = flags.reason === undefined ? {} : { reason: flags.reason };
      return remoteOf(surroundings, flags).post(`${pathOf(id)}/pause`, body);
    }).option('--reason <text>', 'why, shown with the schedule'),
  );
  schedules.addCommand(
    acting('resume', 'Resume a schedule; what passed meanwhile stays unfired', (id, flags) =>
      remoteOf(surroundings, flags).post(`${pathOf(id)}/resume`, {}),
    ),
  );

  schedules.addCommand(
    command(
      'validate',
      'Check schedule files without a server; exit 2 when one is not valid, 0 with warnings',
      'carillon schedules validate schedules',
    )
      .argument('[dir]', 'directory of the files', 'schedules')
      .option('--strict', 'exit 2 with warnings, too')
      .option('--environment <name>', 'which schedules with `environments` count (CARILLON_ENVIRONMENT)')
      .option('--json', 'print JSON')
      .action((dir: string, flags: ValidateFlags) => validate(surroundings, dir, flags)),
  );
  schedules.addCommand(applyCommand(surroundings));
  return group(schedules);
}

interface ValidateFlags extends Flags {
  strict?: boolean;
  environment?: string;
}

async function validate(
  { output, env }: Surroundings,
  dir: string,
  { json, strict, environment = env['CARILLON_ENVIRONMENT'] || undefined }: ValidateFlags,
): Promise<void> {
  const { readInThread } = await import('../../files/read-in-thread.js');
  if (environment !== undefined && !isProcessName(environment))
    throw new CarillonError('usage', `--environment must be ${NAME_GRAMMAR.process}.`);
  const loaded = await readInThread({ dir, options: { env: { ...env }, environment, now: wallNow() } });
  if (!loaded.found) throw new CarillonError('invalid_input', `There is no directory ${dir}.`);
  const { problems, warnings, elsewhere } = loaded;
  const schedules = loaded.packed?.schedules ?? 0;
  if (json) output.json({ valid: problems.length === 0, schedules, elsewhere, problems, warnings });
  for (const { pointer, detail } of json ? [] : warnings)
    output.say(printable(`${pointer}: warning: ${detail}`));
  if (problems.length > 0) {
    throw new CarillonError('invalid_schedule_file', 'The schedule files are not valid.', problems);
  }
  if (strict && warnings.length > 0) {
    throw new CarillonError('invalid_schedule_file', 'There are warnings, and --strict refuses them.');
  }
  if (json) return;
  const here = schedules === 1 ? '1 schedule, valid' : `${schedules} schedules, all valid`;
  const others = elsewhere === 1 ? '1 more is' : `${elsewhere} more are`;
  output.line(elsewhere === 0 ? here : `${here}; ${others} for other environments`);
}

function timing({ cron, timezone, every, at }: Shown): string {
  if (cron !== undefined) return `${[cron].flat().join(' | ')} ${timezone ?? ''}`;
  return every === undefined ? `at ${at ?? ''}` : `every ${every}`;
}

async function show({ output }: Surroundings, schedule: Shown): Promise<void> {
  const { localTime } = await import('../../domain/spec/local-time.js');
  /** What clocks in the schedule's zone show then. */
  const beside = (at: string): Piece => {
    const { timezone = 'UTC' } = schedule;
    return timezone === 'UTC' ? '' : localTime(Date.parse(at), timezone);
  };
  const { source, paused, lastRun, counters, nextRuns, nextDueAt } = schedule;
  const facts: Fact[] = [
    ['id', schedule.id],
    ['about', schedule.description],
    ['when', timing(schedule)],
    ['clocks', clockRules(schedule)],
    ['state', { state: schedule.state }],
    ['paused', paused && [{ time: paused.at }, paused.reason ?? '']],
    ['fault', schedule.fault],
    ['from', schedule.startAt && { time: schedule.startAt }],
    ['until', schedule.endAt && { time: schedule.endAt }],
    ['except', schedule.exclude?.map(exclusion).join(', ')],
    ['fired', `${counters.fired}${schedule.maxRuns === undefined ? '' : ` of ${schedule.maxRuns}`}`],
    ['last', lastRun ? lastCell(lastRun, beside) : undefined],
    ['source', placeOf(source)],
    ...restOf(schedule, TOLD),
    ...nextRuns.map((at, index): Fact => {
      const due = nextDueAt?.[index];
      return ['next', [{ time: at }, beside(at), ...(due === undefined ? [] : ['due', { time: due }])]];
    }),
  ];
  output.facts(facts);
}

/** Fields that `show` tells in its own words. */
const TOLD = [
  ...[
    'id',
    'description',
    'cron',
    'timezone',
    'dst',
    'every',
    'at',
    'state',
    'paused',
    'fault',
    'startAt',
    'endAt',
  ],
  ...['exclude', 'counters', 'maxRuns', 'lastRun', 'source', 'nextRuns', 'nextDueAt'],
];

function placeOf({ kind, set, file, line = 1 }: Shown['source']): string {
  return file === undefined ? kind : `${file}:${line} (set ${set})`;
}

function lastCell(last: NonNullable<Shown['lastRun']>, beside: (at: string) => Piece): Cell {
  const state = last.state === null ? 'its task is deleted' : { state: last.state };
  return [{ time: last.nominalAt }, beside(last.nominalAt), state, last.taskId];
}

/** Only what differs from the usual. */
function clockRules({ dst }: Shown): string | undefined {
  if (!dst || (dst.gap === 'shift' && dst.fold === 'first')) return undefined;
  return `gap: ${dst.gap}, fold: ${dst.fold}`;
}

function exclusion(item: unknown): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}
