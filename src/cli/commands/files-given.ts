/** The schedule files that `plan`, `apply` and `drift` send: read and checked here, with what is said beside them. */

import type { Command } from 'commander';
import { USUAL_SET } from '../../sets/view.js';
import { remoteCommand } from '../command.js';
import type { Surroundings } from '../surroundings.js';

export interface FileFlags {
  url?: string;
  json?: boolean;
  force?: boolean;
  source?: string;
  environment?: string;
  release?: string;
  commit?: string;
  takeOver?: string[];
}

/** Files for a set, with what is said beside them: the body of a plan or a proposal. */
export interface GivenFiles {
  set: string;
  body: {
    files: { path: string; text: string }[];
    variables: Record<string, string>;
    environment?: string;
    release?: string;
    commit?: string;
    force?: true;
    takeOver?: string[];
  };
}

/** Many files take their time, ms. */
export const READING_WITHIN = 60_000;

/** `takeOver`: every id after the flag, or several with commas: no id has one. */
export function fileCommand(name: string, summary: string, ...examples: readonly string[]): Command {
  const ids = (value: string, before: string[] = []): string[] => [...before, ...value.split(',')];
  return remoteCommand(name, summary, ...examples)
    .argument('[dir]', 'directory of the files', 'schedules')
    .option(
      '--source <name>',
      'name of the set (CARILLON_SOURCE; default the `source` of the files, else files)',
    )
    .option('--environment <name>', 'which schedules with `environments` apply (CARILLON_ENVIRONMENT)')
    .option('--release <name>', 'release the files come with (CARILLON_RELEASE)')
    .option('--commit <name>', 'what the files were checked out at (CARILLON_COMMIT)')
    .option('--take-over <ids>', 'take these over from another set, or from the API', ids);
}

/** Throws what is wrong with the files; what is probably not meant is said by whoever gets them. */
export async function filesGiven({ env }: Surroundings, dir: string, flags: FileFlags): Promise<GivenFiles> {
  const environment = flags.environment ?? (env['CARILLON_ENVIRONMENT'] || undefined);
  const release = flags.release ?? (env['CARILLON_RELEASE'] || undefined);
  const commit = flags.commit ?? (env['CARILLON_COMMIT'] || undefined);
  const { readToSend } = await import('../../files/send.js');
  const read = await readToSend(dir, { env, environment });
  return {
    set: flags.source ?? (env['CARILLON_SOURCE'] || undefined) ?? read.source ?? USUAL_SET,
    body: {
      ...{ files: read.files, variables: read.variables },
      ...(environment === undefined ? {} : { environment }),
      ...(release === undefined ? {} : { release }),
      ...(commit === undefined ? {} : { commit }),
      ...(flags.force ? { force: true } : {}),
      ...(flags.takeOver ? { takeOver: flags.takeOver } : {}),
    },
  };
}
