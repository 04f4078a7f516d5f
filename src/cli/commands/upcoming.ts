/** `carillon upcoming`: what is to come, and with --load how much at once, over the API. */

import type { Command } from 'commander';
import { parseDuration } from '../../domain/input/durations.js';
import { CarillonError } from '../../domain/input/errors.js';
import { LOAD, UPCOMING } from '../../domain/overview-fields.js';
import type { LoadView } from '../../overviews/load.js';
import type { UpcomingPage } from '../../overviews/upcoming.js';
import { remoteCommand, remoteOf } from '../command.js';
import { addFlags, type FlagValues } from '../flags.js';
import { plotOf } from '../plot.js';
import type { Surroundings } from '../surroundings.js';

type Flags = { url?: string; json?: boolean; load?: boolean; step?: string } & FlagValues;

/** Columns of a plot where nobody says how wide the terminal is. */
const USUAL_WIDTH = 80;

export function upcomingCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const made = remoteCommand(
    'upcoming',
    'List what is to come, of all schedules and delayed tasks, by time',
    'carillon upcoming --limit 20',
    'carillon upcoming --load --step 1h',
  ).option('--load', 'how much schedules start at a time, instead of what');
  return addFlags(addFlags(made, UPCOMING), { step: LOAD.step, schedule: LOAD.schedule }).action(
    async (flags: Flags) => {
      const { url, json, load, ...query } = flags;
      const remote = remoteOf(surroundings, { url });
      if (load) {
        const view = (await remote.get('/v1/upcoming/load', onlyOf(query, LOAD, '--load'))) as LoadView;
        if (json) output.json(view);
        else showLoad(surroundings, view);
        return;
      }
      const page = (await remote.get('/v1/upcoming', onlyOf(query, UPCOMING, 'a list'))) as UpcomingPage;
      if (json) {
        output.json(page);
        return;
      }
      output.table(
        ['DUE', 'KIND', 'ID', 'HANDLER', 'QUEUE'],
        page.items.map(({ at, kind, id, handler, queue, schedule, state }) => [
          { time: at },
          state === 'retrying' ? 'retry' : kind,
          schedule?.id ?? id,
          handler,
          queue,
        ]),
        'Nothing is to come.',
      );
      if (page.nextCursor) output.say(`more: --cursor ${page.nextCursor}`);
    },
  );
}

/** A flag that says nothing there is refused rather than ignored. */
function onlyOf(query: FlagValues, fields: object, what: string): FlagValues {
  for (const name of Object.keys(query)) {
    if (Object.hasOwn(fields, name)) continue;
    throw new CarillonError('usage', `--${name} says nothing of ${what}; leave it out.`);
  }
  return query;
}

function showLoad({ output }: Surroundings, { from, to, until, step, items, total, peaks }: LoadView): void {
  const length = parseDuration(step) ?? 1;
  const steps = items.flatMap(({ at, starts }) =>
    starts > 0 ? [{ at: Date.parse(at), count: starts }] : [],
  );
  const end = until ?? to;
  const span = { from: Date.parse(from), to: Date.parse(end), step: length, width: USUAL_WIDTH };
  const { lines } = plotOf(steps, span);
  for (const line of lines) output.line(line);
  output.line([`${total} starts from`, { time: from }, 'to', { time: end }, `in steps of ${step}`]);
  if (until !== undefined) output.say('very many start: what comes later was not counted');
  if (peaks.length === 0) return;
  output.table(
    ['MOST START AT', 'STARTS', 'SCHEDULES'],
    peaks.map(({ at, starts, schedules, more }) => [
      { time: at },
      String(starts),
      `${schedules.join(', ')}${more > 0 ? `, and ${more} more` : ''}`,
    ]),
    '',
  );
}
