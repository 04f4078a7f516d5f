/** `carillon schedules pause`, `resume` and `skip`, over the API; pause and resume also of all with some labels. */

import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import { JsonText } from '../../domain/input/json-text.js';
import type { Readers } from '../../domain/input/readers.js';
import { PAUSE, RESUME, SKIP } from '../../schedules/asked.js';
import { author } from '../author.js';
import { remoteCommand, remoteOf } from '../command.js';
import { addFlags, bodyOf, type FlagValues } from '../flags.js';
import type { Surroundings } from '../surroundings.js';
import { pathOf, type RemoteFlags, type Shown, showSchedule } from './schedule-shown.js';

/** Every one of them is edited before the answer, ms. */
const MANY_WITHIN = 65_000;

type Flags = RemoteFlags & FlagValues & { label?: string[] };

export function pauseCommand(surroundings: Surroundings): Command {
  return withLabels(
    surroundings,
    acting('pause', 'Pause a schedule; what is planned is withdrawn', PAUSE, '--until 2h --reason works'),
    PAUSE,
  );
}

export function resumeCommand(surroundings: Surroundings): Command {
  const summary = 'Resume a schedule; what passed meanwhile stays unfired, and nothing is skipped any more';
  return withLabels(surroundings, acting('resume', summary, RESUME), RESUME);
}

export function skipCommand(surroundings: Surroundings): Command {
  const summary = 'Skip the next runs of a schedule, besides those it is to skip already';
  return acting('skip', summary, SKIP, '--count 2')
    .argument('<id>')
    .action(async (id: string, flags: Flags) => actOn(surroundings, 'skip', SKIP, id, flags));
}

function acting(verb: string, summary: string, fields: Readers, example = ''): Command {
  const made = remoteCommand(verb, summary, `carillon schedules ${verb} nightly-report ${example}`.trim());
  return addFlags(made, fields, ['by']);
}

/** One by its id, or all that have some labels. */
function withLabels(surroundings: Surroundings, made: Command, fields: Readers): Command {
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  const about = 'instead of an id: all schedules with this label; may be repeated';
  return made
    .argument('[id]')
    .option('--label <key=value>', about, collect)
    .option('--count <n>', 'with --label: how many there must be; else as many as there are')
    .action(async (id: string | undefined, { label, ...flags }: Flags) => {
      if ((id === undefined) === (label === undefined)) {
        throw new CarillonError('usage', 'Give the id of a schedule, or --label for all that have it.');
      }
      if (id !== undefined) await actOn(surroundings, made.name(), fields, id, flags);
      else await actOnMany(surroundings, made.name(), fields, label ?? [], flags);
    });
}

async function actOn(
  surroundings: Surroundings,
  verb: string,
  fields: Readers,
  id: string,
  { url, json, ...flags }: Flags,
): Promise<void> {
  const body = bodyOf(fields, flags, { by: author(surroundings.env) });
  const schedule = (await remoteOf(surroundings, { url }).post(`${pathOf(id)}/${verb}`, body)) as Shown;
  if (json) surroundings.output.json(schedule);
  else await showSchedule(surroundings, schedule);
}

async function actOnMany(
  surroundings: Surroundings,
  verb: string,
  fields: Readers,
  label: readonly string[],
  { url, json, count: wanted, ...flags }: Flags,
): Promise<void> {
  const { output, env } = surroundings;
  const remote = remoteOf(surroundings, { url }, MANY_WITHIN);
  const path = `/v1/schedules/${verb}`;
  const filter = { label };
  const found = (await remote.post(`${path}?dryRun=true`, { filter })) as { count: number };
  if (found.count === 0) {
    throw new CarillonError(
      'not_found',
      `No schedule has ${label.length === 1 ? 'this label' : 'these labels'}.`,
    );
  }
  const count =
    typeof wanted === 'string' && /^\d+$/.test(wanted) ? wanted : JSON.stringify(wanted ?? found.count);
  const rest = bodyOf(fields, flags, { by: author(env) }).text.slice(1);
  const body = new JsonText(`{"filter":${JSON.stringify(filter)},"count":${count},${rest}`);
  const done = (await remote.post(path, body)) as { count: number; changed: number };
  if (json) output.json(done);
  else output.line(`${verb}d ${done.changed} of ${done.count}`);
}
