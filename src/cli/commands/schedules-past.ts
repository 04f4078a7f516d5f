/** `carillon schedules occurrences` and `explain`, over the API: what became of instants, and why. */

import type { Command } from 'commander';
import { formatDuration } from '../../domain/input/durations.js';
import { OCCURRENCES } from '../../schedules/asked.js';
import { remoteCommand, remoteOf } from '../command.js';
import { addFlags } from '../flags.js';
import type { Cell } from '../look.js';
import type { Surroundings } from '../surroundings.js';
import { pathOf, type RemoteFlags } from './schedule-shown.js';

interface Occurrence {
  nominalAt: string;
  dueAt: string;
  fate: string;
  reason?: string;
  taskId?: string;
  state?: string;
  latenessMs?: number;
  dst?: string;
}

interface Page {
  items: Occurrence[];
  next: string | null;
}

interface Asked extends RemoteFlags {
  from?: string;
  to?: string;
  limit?: string;
}

export function occurrencesCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const made = remoteCommand(
    'occurrences',
    'What became of the instants of a schedule, and which come next',
    'carillon schedules occurrences nightly-report --from 2027-01-01T00:00:00Z --to 2027-02-01T00:00:00Z',
  ).argument('<id>');
  return addFlags(made, OCCURRENCES).action(async (id: string, { url, json, ...query }: Asked) => {
    const remote = remoteOf(surroundings, { url });
    const page = (await remote.get(`${pathOf(id)}/occurrences`, { ...query })) as Page;
    if (json) {
      output.json(page);
      return;
    }
    output.table(
      ['NOMINAL', 'FATE', 'STATE', 'LATE', 'TASK', 'CLOCKS'],
      page.items.map(rowOf),
      'No instants there.',
    );
    if (page.next) output.say(`more: --from ${page.next}`);
  });
}

export function explainCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return remoteCommand(
    'explain',
    'Say in one sentence why a schedule ran, or did not, at a time',
    'carillon schedules explain nightly-report --at 2027-01-01T02:30:00Z',
  )
    .argument('<id>')
    .requiredOption('--at <time>', 'the instant, RFC 3339')
    .action(async (id: string, { url, json, at }: RemoteFlags & { at: string }) => {
      const remote = remoteOf(surroundings, { url });
      const answer = (await remote.get(`${pathOf(id)}/explain`, { at })) as { sentence: string };
      if (json) output.json(answer);
      else output.line(answer.sentence);
    });
}

function rowOf({ nominalAt, fate, reason, state, latenessMs, taskId, dst }: Occurrence): Cell[] {
  return [
    { time: nominalAt },
    reason === undefined ? fate : `${fate} (${reason})`,
    state === undefined ? '-' : { state },
    latenessMs === undefined ? '-' : lengthOf(latenessMs),
    taskId ?? '-',
    dst ?? '-',
  ];
}

/** Whole seconds once there are some. */
function lengthOf(ms: number): string {
  return formatDuration(ms < 1_000 ? ms : Math.round(ms / 1_000) * 1_000);
}
