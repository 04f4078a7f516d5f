/** `carillon operations`: list, show and abort, over the API. */

import type { Command } from 'commander';
import { OPERATION_LIST } from '../../operations/operations.js';
import type { OperationView } from '../../operations/view.js';
import { command, group, remoteCommand, remoteOf } from '../command.js';
import { restOf } from '../facts.js';
import { addFlags, type FlagValues } from '../flags.js';
import { type ListFlags, listOver } from '../pages.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  url?: string;
  json?: boolean;
}

const pathOf = (id: string): string => `/v1/operations/${encodeURIComponent(id)}`;

export function operationsCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const show = (operation: OperationView, { json }: Flags): void => {
    if (json) output.json(operation);
    else showOperation(surroundings, operation);
  };
  return group(
    command('operations', 'List, show and abort operations', 'carillon operations list --state running'),
    addFlags(
      remoteCommand('list', 'List operations, the latest first', 'carillon operations list --state running'),
      OPERATION_LIST,
    ).action(async ({ url, json, ...query }: Flags & ListFlags & FlagValues) => {
      const page = await listOver<OperationView>(remoteOf(surroundings, { url }), '/v1/operations', {
        ...(query as Record<string, string>),
      });
      if (json) output.json(page);
      else table(surroundings, page.items);
    }),
    remoteCommand('show', 'Show an operation and how far it has come', 'carillon operations show 4fQk9ZtA')
      .argument('<id>')
      .action(async (id: string, flags: Flags) =>
        show((await remoteOf(surroundings, flags).get(pathOf(id))) as OperationView, flags),
      ),
    remoteCommand(
      'abort',
      'Stop an operation; what it has done stays done',
      'carillon operations abort 4fQk9ZtA --reason "wrong range"',
    )
      .argument('<id>')
      .option('--reason <text>', 'why, kept with the operation')
      .action(async (id: string, flags: Flags & { reason?: string }) => {
        const body = flags.reason === undefined ? {} : { reason: flags.reason };
        const path = `${pathOf(id)}/abort`;
        show((await remoteOf(surroundings, flags).post(path, body)) as OperationView, flags);
      }),
  );
}

export function showOperation({ output }: Surroundings, operation: OperationView): void {
  const { id, kind, state, done, matched, failed, count: _, ...rest } = operation;
  output.facts([
    ['id', id],
    ['kind', kind],
    ['state', { state }],
    ['done', `${done} of ${matched}${failed > 0 ? `, ${failed} failed` : ''}`],
    ...restOf(rest, []),
  ]);
}

function table({ output }: Surroundings, operations: readonly OperationView[]): void {
  output.table(
    ['ID', 'KIND', 'STATE', 'DONE', 'BY', 'CREATED', 'OF'],
    operations.map(({ id, kind, state, done, matched, by, createdAt, filter }) => [
      ...[id, kind],
      { state },
      `${done}/${matched}`,
      by,
      { time: createdAt },
      JSON.stringify(filter),
    ]),
    'No operations.',
  );
}
