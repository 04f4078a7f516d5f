/** `carillon tasks errors`: dead tasks grouped by what they died of, over the API. */

import type { Command } from 'commander';
import { ERROR_LIST } from '../../domain/task/deed-fields.js';
import type { ErrorPage } from '../../tasks/errors.js';
import { remoteCommand, remoteOf } from '../command.js';
import { addFlags, type FlagValues } from '../flags.js';
import type { Surroundings } from '../surroundings.js';

const LOOKING_WITHIN = 65_000;
/** Characters of a message in a line. */
const WIDEST = 80;

export function errorsCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const made = remoteCommand(
    'errors',
    'What dead tasks died of, the most frequent first; --error of other commands takes a fingerprint',
    'carillon tasks errors --queue mail',
  );
  return addFlags(made, ERROR_LIST).action(
    async ({ url, json, ...query }: { url?: string; json?: boolean } & FlagValues) => {
      const remote = remoteOf(surroundings, { url }, LOOKING_WITHIN);
      const page = (await remote.get('/v1/tasks/errors', query)) as ErrorPage;
      if (json) {
        output.json(page);
        return;
      }
      output.table(
        ['FINGERPRINT', 'COUNT', 'HANDLER', 'FIRST', 'LAST', 'SAMPLE', 'MESSAGE'],
        page.items.map(({ fingerprint, handler, message, count, firstAt, lastAt, sample }) => [
          ...[fingerprint, String(count), handler],
          ...[{ time: firstAt }, { time: lastAt }, sample],
          shortened(message),
        ]),
        'No task is dead.',
      );
      if (page.more) output.say(`${page.scanned} dead tasks were looked at, and there are more`);
    },
  );
}

function shortened(message: string): string {
  const line = message.replace(/\s+/g, ' ');
  return line.length > WIDEST ? `${line.slice(0, WIDEST)}…` : line;
}
