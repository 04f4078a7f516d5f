/** `carillon schedules list` and `show`, over the API. */

import type { Command } from 'commander';
import { remoteCommand, remoteOf } from '../command.js';
import { type ListFlags, listOver } from '../pages.js';
import type { Surroundings } from '../surroundings.js';
import { pathOf, type RemoteFlags, type Shown, showSchedule, timing } from './schedule-shown.js';
import { scheduleStats } from './stats-shown.js';

const collect = (value: string, before: string[] = []): string[] => [...before, value];

export function listCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return remoteCommand(
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
    .action(async ({ url, json, ...query }: RemoteFlags & ListFlags & Record<string, string | undefined>) => {
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
    });
}

export function showCommand(surroundings: Surroundings): Command {
  return remoteCommand('show', 'Show a schedule with its next runs', 'carillon schedules show nightly-report')
    .argument('<id>')
    .action(async (id: string, flags: RemoteFlags) => {
      const remote = remoteOf(surroundings, flags);
      const schedule = (await remote.get(pathOf(id))) as Shown;
      if (flags.json) surroundings.output.json(schedule);
      else await showSchedule(surroundings, schedule, await scheduleStats(remote, id));
    });
}
