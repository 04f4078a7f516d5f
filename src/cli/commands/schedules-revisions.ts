/** `carillon schedules revisions`, over the API: what a schedule was before, and what each change did to its runs. */

import type { Command } from 'commander';
import type { RevisionDetail, RevisionView } from '../../sets/schedule-revisions.js';
import { remoteCommand, remoteOf } from '../command.js';
import type { Output } from '../output.js';
import type { Surroundings } from '../surroundings.js';
import { pathOf, type RemoteFlags } from './schedule-shown.js';

export function revisionsCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return remoteCommand(
    'revisions',
    'List what changed of a schedule, or show what one revision did to its runs',
    'carillon schedules revisions nightly-report',
  )
    .argument('<id>')
    .argument('[revision]', 'as the list has it')
    .action(async (id: string, revision: string | undefined, { url, json }: RemoteFlags) => {
      const remote = remoteOf(surroundings, { url });
      const path = `${pathOf(id)}/revisions`;
      if (revision === undefined) {
        const page = (await remote.get(path)) as { items: RevisionView[] };
        if (json) output.json(page);
        else list(output, page.items);
        return;
      }
      const one = (await remote.get(`${path}/${encodeURIComponent(revision)}`)) as RevisionDetail;
      if (json) output.json(one);
      else show(output, one);
    });
}

function list(output: Output, items: readonly RevisionView[]): void {
  output.table(
    ['REVISION', 'AT', 'BY', 'WHAT'],
    items.map((one) => [String(one.revision), { time: one.at }, one.by, whatOf(one)]),
    'No revisions.',
  );
}

function whatOf({ did, fields }: RevisionView): string {
  if (did) return did;
  return fields && fields.length > 0 ? fields.map(({ field }) => field).join(', ') : '-';
}

function show(output: Output, { revision, at, by, fields = [], runs }: RevisionDetail): void {
  output.line(`revision ${revision} by ${by} at ${at}`);
  for (const { field, before, after } of fields) {
    output.line(`  ${field}: ${textOf(before)} → ${textOf(after)}`);
  }
  if (!runs) {
    output.line('what was before it is not kept');
    return;
  }
  output.line(`${runs.after} runs until ${runs.until}, ${runs.before} before it`);
  for (const time of runs.added.first) output.line(`  + ${time}`);
  rest(output, runs.added, '+');
  for (const time of runs.removed.first) output.line(`  - ${time}`);
  rest(output, runs.removed, '-');
  for (const { from, to } of runs.moved.first) output.line(`  ~ ${from} → ${to}`);
  rest(output, runs.moved, '~');
}

function rest(
  output: Output,
  { count, first }: { count: number; first: readonly unknown[] },
  mark: string,
): void {
  if (count > first.length) output.line(`  ${mark} and ${count - first.length} more`);
}

const textOf = (value: unknown): string => (value === undefined ? '-' : JSON.stringify(value));
