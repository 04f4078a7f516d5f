/** A verb of tasks on one of them, or as an operation on all that flags name, over the API. */

import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import type { Readers } from '../../domain/input/readers.js';
import { COUNT, TASK_FILTER } from '../../domain/task/deed-fields.js';
import { TASK_LIST } from '../../domain/task/list-fields.js';
import type { Task } from '../../domain/task/task.js';
import type { Preview } from '../../operations/many-tasks.js';
import type { OperationView } from '../../operations/view.js';
import { author } from '../author.js';
import { remoteOf } from '../command.js';
import { addFlags, bodyOf, type FlagValues } from '../flags.js';
import type { Surroundings } from '../surroundings.js';

export interface ManyFlags {
  url?: string;
  json?: boolean;
  count?: string;
  perMinute?: string;
  reason?: string;
  dryRun?: boolean;
}

/** As many are looked at as there are before the answer, ms. */
const LOOKING_WITHIN = 65_000;

interface OneOrMany {
  /** The verb. */
  kind: string;
  command: Command;
  /** What may be said of one task. */
  fields: Readers;
  /** Those of them that may be said of many as well. */
  shared?: readonly string[];
  show(task: Task, flags: { json?: boolean }): void;
}

/** `carillon tasks <verb> <id>`, or with several ids or flags such as `--queue …`, and `--count n`. */
export function oneOrMany(
  surroundings: Surroundings,
  { kind, command, fields, shared = [], show }: OneOrMany,
): Command {
  command.argument('[ids...]', 'one task, or several; without any all that the flags name');
  const { reason: _, ...own } = fields;
  addFlags(command, { ...own, ...TASK_FILTER, label: TASK_LIST.label });
  return addCount(command).action(async (ids: string[], flags: ManyFlags & FlagValues) => {
    const filter = filterOf(ids, flags);
    const [id] = ids.length === 1 ? ids : [];
    const given = Object.keys(flags).filter((name) => name !== 'url' && name !== 'json');
    if (id === undefined) {
      if (Object.keys(filter).length === 0) {
        throw new CarillonError('usage', 'Say which: ids of tasks, or a flag such as --queue. See --help.');
      }
      refuseOthers(
        given.filter((name) => Object.hasOwn(own, name) && !shared.includes(name)),
        'one task only',
      );
      const more = Object.fromEntries(
        shared.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
      );
      await begin(surroundings, `/v1/tasks/${kind}`, { filter, ...more }, flags, kind);
      return;
    }
    refuseOthers(
      given.filter((name) => !Object.hasOwn(fields, name)),
      'many tasks, and here one is named',
    );
    const path = `/v1/tasks/${encodeURIComponent(id)}/${kind}`;
    const { url, json, ...rest } = flags;
    const task = (await remoteOf(surroundings, { url }).post(
      path,
      bodyOf(fields, rest as FlagValues),
    )) as Task;
    show(task, json ? { json } : {});
  });
}

function refuseOthers(names: readonly string[], what: string): void {
  if (names.length === 0) return;
  throw new CarillonError('usage', `${names.join(', ')}: of ${what}. See --help.`);
}

export function addCount(command: Command): Command {
  return addFlags(command, COUNT, ['by', 'idempotencyKey']).option(
    '--dry-run',
    'only say how many there are, and the first of them',
  );
}

/** Begins it; without a count it only says how many there are. */
export async function begin(
  surroundings: Surroundings,
  path: string,
  wish: Record<string, unknown>,
  { url, json, count, perMinute, reason, dryRun }: ManyFlags,
  verb: string,
): Promise<void> {
  const { output, env } = surroundings;
  const remote = remoteOf(surroundings, { url }, LOOKING_WITHIN);
  const body = {
    ...wish,
    ...(perMinute === undefined ? {} : { perMinute: numberOf(perMinute, '--per-minute') }),
    ...(reason === undefined ? {} : { reason }),
    by: author(env),
  };
  if (dryRun || count === undefined) {
    const preview = (await remote.post(`${path}?dryRun=true`, body)) as Preview;
    if (dryRun) {
      if (json) output.json(preview);
      else showPreview(surroundings, preview);
      return;
    }
    const found = preview.count === 1 ? 'One task is meant' : `${preview.count} tasks are meant`;
    throw new CarillonError('usage', `${found}: to ${verb} them say --count ${preview.count}.`);
  }
  const begun = (await remote.post(path, { ...body, count: numberOf(count, '--count') })) as OperationView;
  if (json) {
    output.json(begun);
    return;
  }
  const { showOperation } = await import('./operations.js');
  showOperation(surroundings, begun);
}

function filterOf(ids: readonly string[], flags: FlagValues): Record<string, unknown> {
  const { id = [] } = flags;
  const all = [...ids, ...(Array.isArray(id) ? id : [])];
  const named = Object.keys(TASK_FILTER).filter((name) => flags[name] !== undefined);
  const others = Object.fromEntries(named.map((name) => [name, flags[name]]));
  return all.length === 0 ? others : { ids: all, ...others };
}

function numberOf(text: string, flag: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CarillonError('usage', `${flag} must be a whole number, not "${text}".`);
}

function showPreview({ output }: Surroundings, { count, sample, unknown = 0, unfit = 0 }: Preview): void {
  output.line(`${count} ${count === 1 ? 'task' : 'tasks'}`);
  if (unknown > 0) output.line(`${unknown} more named that no task has`);
  if (unfit > 0) output.line(`${unfit} more named in another state, or left out by the filter`);
  if (sample.length === 0) return;
  output.table(
    ['ID', 'HANDLER', 'QUEUE', 'STATE'],
    sample.map(({ id, handler, queue, state }) => [id, handler, queue, { state }]),
    '',
  );
}
