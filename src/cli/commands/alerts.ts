/** `carillon alerts`: what wants a person, over the API. */

import type { Command } from 'commander';
import { ALERT_LIST } from '../../alerts/list.js';
import type { AlertView } from '../../alerts/view.js';
import { remoteCommand, remoteOf } from '../command.js';
import { addFlags, type FlagValues } from '../flags.js';
import type { Surroundings } from '../surroundings.js';

export function alertsCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const made = remoteCommand(
    'alerts',
    'List what wants a person, the gravest first, each with what to do',
    'carillon alerts',
    'carillon alerts --kind backlog --json',
  );
  return addFlags(made, ALERT_LIST).action(
    async ({ url, json, ...query }: { url?: string; json?: boolean } & FlagValues) => {
      const page = (await remoteOf(surroundings, { url }).get('/v1/alerts', query)) as { items: AlertView[] };
      if (json) {
        output.json(page);
        return;
      }
      output.table(
        ['SEVERITY', 'KIND', 'SUBJECT', 'SINCE', 'TEXT'],
        page.items.map(({ severity, kind, subject, since, text }) => [
          severity,
          kind,
          subject,
          { time: since },
          text,
        ]),
        'No alerts.',
      );
    },
  );
}
