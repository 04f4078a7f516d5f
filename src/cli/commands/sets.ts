/** `carillon sets`: what file sets are in force, were applied, are held or not valid; apply a held one, remove one. */

import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import { conflictText, differenceText } from '../../sets/difference.js';
import type { RevisionView, SetView } from '../../sets/view.js';
import { command, group, remoteCommand, remoteOf } from '../command.js';
import type { Cell } from '../look.js';
import type { Output } from '../output.js';
import type { Surroundings } from '../surroundings.js';
import { setPath } from './set-applied.js';
import { setsRollbackCommand } from './sets-rollback.js';

interface Flags {
  url?: string;
  json?: boolean;
}

export function setsCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const remote = (flags: Flags) => remoteOf(surroundings, flags);
  const sets = command(
    'sets',
    'List, show, apply, roll back and remove sets of schedule files',
    'carillon sets list',
  );
  return group(
    sets,

    remoteCommand('list', 'List file sets: in force, held, not valid', 'carillon sets list').action(
      async (flags: Flags) => {
        const page = (await remote(flags).get('/v1/sets')) as { items: SetView[] };
        if (flags.json) output.json(page);
        else table(output, page.items);
      },
    ),
    remoteCommand('show', 'Show a file set', 'carillon sets show files')
      .argument('<set>')
      .action(async (set: string, flags: Flags) => {
        shown(output, (await remote(flags).get(setPath(set))) as SetView, flags);
      }),
    remoteCommand('revisions', 'List what was in force of a file set', 'carillon sets revisions files')
      .argument('<set>')
      .action(async (set: string, flags: Flags) => {
        const page = (await remote(flags).get(`${setPath(set)}/revisions`)) as { items: RevisionView[] };
        if (flags.json) output.json(page);
        else revisions(output, page.items);
      }),
    remoteCommand('apply', 'Let the held proposal of a file set come into force', 'carillon sets apply files')
      .argument('<set>')
      .option('--digest <digest>', 'only this one; default the one that is held')
      .option('--force', 'whatever is held by then')
      .action(async (set: string, flags: Flags & { digest?: string; force?: boolean }) => {
        const digest = flags.digest ?? (await heldDigest(remote(flags), set));
        const body = { digest, ...(flags.force ? { force: true } : {}) };
        shown(output, (await remote(flags).post(`${setPath(set)}/apply`, body)) as SetView, flags);
      }),
    setsRollbackCommand(surroundings),
    remoteCommand('remove', 'Remove a file set with its schedules', 'carillon sets remove billing')
      .argument('<set>')
      .option('--force', 'although present nodes carry it')
      .action(async (set: string, flags: Flags & { force?: boolean }) => {
        await remote(flags).delete(`${setPath(set)}${flags.force ? '?force=true' : ''}`);
        if (flags.json) output.json({ set, removed: true });
        else output.say(`The file set ${set} is removed; the leader removes its schedules.`);
      }),
  );
}

async function heldDigest(remote: { get(path: string): Promise<unknown> }, set: string): Promise<string> {
  const { held } = (await remote.get(setPath(set))) as SetView;
  if (held) return held.digest;
  throw new CarillonError('conflict', `Nothing is held of the file set ${set}.`);
}

function table(output: Output, sets: readonly SetView[]): void {
  output.table(
    ['SET', 'STATE', 'SCHEDULES', 'RELEASE', 'DIGEST', 'BY', 'HELD', 'PROBLEMS'],
    sets.map((set) => [
      set.set,
      { state: set.state },
      String(set.schedules ?? 0),
      set.release ?? '-',
      set.digest?.slice(0, 12) ?? '-',
      set.node ?? '-',
      set.held ? `${set.held.reason} (${set.held.node})` : '-',
      String(set.nodes.reduce((sum, { problems }) => sum + problems, 0)),
    ]),
    'No file sets.',
  );
}

function shown(output: Output, set: SetView, { json }: Flags): void {
  if (json) {
    output.json(set);
    return;
  }
  const { held, applied } = set;
  output.facts([
    ['set', set.set],
    ['state', { state: set.state }],
    ['revision', set.revision === undefined ? undefined : revisionText(set.revision, set.restores)],
    ['digest', set.digest],
    ['schedules', String(set.schedules ?? 0)],
    ['release', set.release],
    ['for', set.environment],
    ['commit', set.commit],
    [
      'by',
      set.node && [`${set.node}${set.directory ? `, from ${set.directory}` : ''},`, time(set.proposedAt)],
    ],
    ['applied', applied && [time(set.appliedAt), differenceText(applied)]],
    ...set.conflicts.map((conflict): Fact => ['left', conflictText(conflict)]),
    ['held', held ? [`${held.digest} by ${held.node},`, time(held.proposedAt)] : undefined],
    ['because', held?.because],
    ['it would', held ? differenceText(held.difference) : undefined],
    ...set.rolledBack.map(({ digest, release }): Fact => {
      return ['went back', `from ${digest}${release ? `, release ${release}` : ''}`];
    }),
    ...set.nodes.map(({ name, digest, release, problems }): Fact => {
      const has = problems > 0 ? `${problems} problems` : (digest?.slice(0, 12) ?? 'no files');
      return ['node', `${name} has ${has}${release ? `, release ${release}` : ''}`];
    }),
    ...set.problems.map(({ node, pointer, detail }): Fact => ['problem', `${pointer}: ${detail} (${node})`]),
  ]);
}

/** `4 (= 2)`: it is the second again. */
function revisionText(revision: number, restores: number | undefined): string {
  return restores === undefined ? String(revision) : `${revision} (= ${restores})`;
}

type Fact = [string, Cell | undefined];

function time(at: string | undefined): { time: string } {
  return { time: at ?? '' };
}

function revisions(output: Output, items: readonly RevisionView[]): void {
  output.table(
    ['REVISION', 'AT', 'BY', 'RELEASE', 'COMMIT', 'SCHEDULES', 'DIGEST'],
    items.map((one) => [
      revisionText(one.revision, one.restores),
      { time: one.at },
      one.by,
      one.release ?? '-',
      one.commit?.slice(0, 12) ?? '-',
      String(one.schedules),
      one.digest.slice(0, 12),
    ]),
    'No revisions.',
  );
}
