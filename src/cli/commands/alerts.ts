/** `carillon alerts`: what wants a person, over the API. */

import type { Command } from 'commander';
import type { AlertView } from '../../alerts/view.js';
import { remoteCommand, remoteOf } from '../command.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  url?: string;
  json?: boolean;
}

export function alertsCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return remoteCommand('alerts', 'List what wants a person, the gravest first', 'carillon alerts').action(
    async (flags: Flags) => {
      const page = (await remoteOf(surroundings, flags).get('/v1/alerts')) as { items: AlertView[] };
      if (flags.json) {
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
