/** `carillon events`: what happened lately, and with --follow what goes on to happen. */

import type { Command } from 'commander';
import type { CarillonEvent } from '../../tasks/events.js';
import { remoteCommand, remoteOf } from '../command.js';
import type { Cell } from '../look.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  url?: string;
  json?: boolean;
  type?: string[];
  queue?: string;
  schedule?: string;
  follow?: boolean;
}

export function eventsCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return remoteCommand(
    'events',
    'Show what was recorded lately; recording begins with the first who listens',
    'carillon events --follow --type task.dead --queue mail',
  )
    .option('--type <types...>', 'only these types, such as task.completed')
    .option('--queue <queue>', 'only what happens in this queue')
    .option('--schedule <id>', 'only what happens to this schedule and its runs')
    .option('--follow', 'show what happens from now on, until it is stopped')
    .action(async ({ follow, json, type, queue, schedule, ...flags }: Flags) => {
      const remote = remoteOf(surroundings, flags);
      const query = { types: type, queue, schedule };
      // From the beginning of what is kept; the first place without an event says that this was all.
      for await (const { data } of remote.events('/v1/events', query, follow ? undefined : '0')) {
        const event = data === undefined ? null : (JSON.parse(data) as CarillonEvent);
        if (!event && !follow) return;
        if (!event || (event.type === 'reset' && !follow)) continue;
        if (json) output.row(event);
        else output.line(lineOf(event));
      }
    });
}

function lineOf({ type, at, task, ...about }: CarillonEvent): Cell {
  const { schedule, queue, worker, node, operation, alert } = about;
  const subject = task?.id ?? schedule ?? operation ?? alert ?? worker ?? node ?? queue ?? '';
  const more = [
    task && `${task.handler} in ${task.queue}, attempt ${task.attempt}`,
    task?.progress === undefined ? '' : JSON.stringify(task.progress),
    task?.error?.message,
  ];
  return [{ time: at }, type.padEnd(16), subject, ...more.filter((text): text is string => !!text)];
}
