/** `carillon audit`: who changed what, over the API. */

import type { Command } from 'commander';
import type { AuditPage, AuditView } from '../../audit/list.js';
import { remoteCommand, remoteOf } from '../command.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  url?: string;
  json?: boolean;
  limit?: string;
  cursor?: string;
}

export function auditCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return remoteCommand(
    'audit',
    'Show who changed what through API, command line and dashboard, the latest first',
    'carillon audit --limit 20',
  )
    .option('--limit <n>', 'how many, at most 1000; by default 50')
    .option('--cursor <text>', 'the page behind: nextCursor of the one before')
    .action(async ({ url, json, ...query }: Flags) => {
      const remote = remoteOf(surroundings, url === undefined ? {} : { url });
      const page = (await remote.get('/v1/audit', { ...query })) as AuditPage;
      if (json) {
        output.json(page);
        return;
      }
      output.table(
        ['AT', 'BY', 'ACTION', 'SUBJECT', 'CHANGE'],
        page.items.map((entry) => [
          { time: entry.at },
          entry.by,
          entry.action,
          entry.subject,
          changeText(entry),
        ]),
        'Nothing was changed.',
      );
      if (page.nextCursor !== null) output.say(`More: carillon audit --cursor ${page.nextCursor}`);
    });
}

/** `concurrency 5 → 9`, or what is told of something new. */
function changeText({ before = {}, after = {} }: AuditView): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const isChange = Object.keys(before).length > 0;
  return names
    .map((name) => {
      const [was, is] = [textOf(before[name]), textOf(after[name])];
      return isChange ? `${name} ${was} → ${is}` : `${name} ${is}`;
    })
    .join(', ');
}

function textOf(value: unknown): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
