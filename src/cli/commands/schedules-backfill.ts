/** `carillon schedules backfill`, over the API. */

import type { Command } from 'commander';
import { BACKFILL, type BackfillPreview } from '../../operations/backfill.js';
import type { OperationView } from '../../operations/view.js';
import { author } from '../author.js';
import { remoteCommand, remoteOf } from '../command.js';
import { addFlags, bodyOf, type FlagValues } from '../flags.js';
import type { Surroundings } from '../surroundings.js';
import { showOperation } from './operations.js';
import { pathOf, type RemoteFlags } from './schedule-shown.js';

/** Many instants are looked at before the answer, ms. */
const LOOKING_WITHIN = 35_000;

export function backfillCommand(surroundings: Surroundings): Command {
  const { output, env } = surroundings;
  const made = remoteCommand(
    'backfill',
    'Create the runs of a past range that did not fire; the leader carries it out as an operation',
    'carillon schedules backfill nightly-report --from 2027-01-01T00:00:00Z --to 2027-02-01T00:00:00Z --dry-run',
  ).argument('<id>');
  return addFlags(made, BACKFILL, ['by'])
    .option('--dry-run', 'only say how many it would create, and which come first')
    .action(async (id: string, { url, json, dryRun, ...flags }: RemoteFlags & FlagValues) => {
      const remote = remoteOf(surroundings, { url }, LOOKING_WITHIN);
      const path = `${pathOf(id)}/backfill`;
      const body = bodyOf(BACKFILL, flags, { by: author(env) });
      if (dryRun) {
        const preview = (await remote.post(`${path}?dryRun=true`, body)) as BackfillPreview;
        if (json) output.json(preview);
        else showPreview(surroundings, preview);
        return;
      }
      const begun = (await remote.post(path, body)) as OperationView;
      if (json) output.json(begun);
      else showOperation(surroundings, begun);
    });
}

function showPreview({ output }: Surroundings, { count, sample }: BackfillPreview): void {
  output.line(`${count} ${count === 1 ? 'run' : 'runs'} would be created`);
  if (sample.length === 0) return;
  output.table(
    ['NOMINAL', 'SO FAR'],
    sample.map(({ nominalAt, fate }) => [{ time: nominalAt }, fate]),
    '',
  );
}
