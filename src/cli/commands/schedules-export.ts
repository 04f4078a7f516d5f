/** `carillon schedules export`: writes what is live as a schedule file, which plans to nothing. */

import type { Command } from 'commander';
import { canonical } from '../../domain/input/canonical.js';
import { CarillonError } from '../../domain/input/errors.js';
import { type ExportPage, withZones } from '../../sets/export.js';
import { remoteCommand, remoteOf } from '../command.js';
import type { Remote } from '../remote.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  url?: string;
  json?: boolean;
  set?: string;
}

const AT_ONCE = '500';

export function exportCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return remoteCommand(
    'export',
    'Write what is live as a schedule file, in YAML or with --json in JSON',
    'carillon schedules export --set billing > schedules/billing.yaml',
  )
    .option('--set <name>', 'only of this file set; api: those that no file declares')
    .action(async (flags: Flags) => {
      const { file, owners, leftOut } = await exported(remoteOf(surroundings, flags), flags.set);
      if (flags.json) output.json(file);
      else {
        const { yamlOf } = await import('../../files/write.js');
        output.text(yamlOf(file));
      }
      for (const { id, fault } of leftOut) output.say(`left out: ${id}: ${fault}`);
      if (owners.length > 1) {
        output.say(`These belong to ${owners.join(', ')}: --set takes those of one.`);
      }
    });
}

type SetFile = Pick<ExportPage, 'version' | 'source' | 'calendars' | 'schedules'>;

async function exported(
  remote: Remote,
  set: string | undefined,
): Promise<{ file: SetFile; owners: string[]; leftOut: ExportPage['leftOut'] }> {
  const schedules: SetFile['schedules'] = {};
  const calendars: NonNullable<SetFile['calendars']> = {};
  const [sources, owners] = [new Set<string | undefined>(), new Set<string>()];
  const leftOut: ExportPage['leftOut'] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { set, limit: AT_ONCE, cursor };
    const page = (await remote.get('/v1/schedule-file', query)) as ExportPage;
    for (const [name, items] of Object.entries(page.calendars ?? {})) take(calendars, name, items);
    Object.assign(schedules, page.schedules);
    if (page.owners.length > 0) sources.add(page.source);
    for (const owner of page.owners) owners.add(owner);
    leftOut.push(...page.leftOut);
    cursor = page.nextCursor;
  }
  const [source, ...others] = sources;
  const file: SetFile = {
    version: 1,
    ...(source === undefined || others.length > 0 ? {} : { source }),
    ...(Object.keys(calendars).length > 0 ? { calendars } : {}),
    schedules: withZones(schedules),
  };
  return { file, owners: [...owners].sort(), leftOut };
}

function take(calendars: Record<string, unknown[]>, name: string, items: unknown[]): void {
  const known = calendars[name];
  if (known && canonical(known) !== canonical(items)) {
    throw new CarillonError(
      'conflict',
      `Two sets have a calendar ${name} with different days: export one of them at a time (--set).`,
    );
  }
  calendars[name] = items;
}
