/** `carillon cluster`, `queues`, `workers` and `healthcheck`: what there is, over the API. */

import type { Command } from 'commander';
import { printable } from '../../domain/input/error-text.js';
import type { Presence, QueueFacts } from '../../store/contract/index.js';
import { command, remoteCommand, remoteOf, type Surroundings } from '../command.js';

interface Flags {
  url?: string;
  json?: boolean;
}

type Shown = Omit<Presence, 'startedAt' | 'seenAt'> & { startedAt: string; seenAt: string; role?: string };

interface Cluster {
  leader: { node: string; term: number; since: string } | null;
  nodes: Shown[];
}

/** `carillon cluster` alone shows it too. */
export function clusterCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const show = async (flags: Flags): Promise<void> => {
    const cluster = (await remoteOf(surroundings, flags).get('/v1/cluster')) as Cluster;
    if (flags.json) {
      output.json(cluster);
      return;
    }
    const { leader } = cluster;
    output.line(
      leader
        ? printable(`leader ${leader.node}, term ${leader.term}, since ${leader.since}`)
        : 'no leader just now',
    );
    output.table(
      ['NODE', 'ROLE', 'HOST', 'PID', 'VERSION', 'URL', 'SINCE'],
      cluster.nodes.map((node) => [
        node.name,
        node.role ?? '',
        node.host,
        String(node.pid),
        node.version,
        node.url ?? '',
        node.startedAt,
      ]),
      'No nodes.',
    );
  };
  return remoteCommand('cluster', 'Show leader, term and nodes', 'carillon cluster show')
    .action(show)
    .addCommand(
      remoteCommand('show', 'Show leader, term and nodes', 'carillon cluster show --json').action(
        (_, made: Command) => show(made.optsWithGlobals<Flags>()),
      ),
    );
}

export function queuesCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const states = ['scheduled', 'ready', 'running', 'completed', 'dead', 'cancelled'] as const;
  const table = (queues: QueueFacts[]): void =>
    output.table(
      ['QUEUE', ...states.map((state) => state.toUpperCase()), 'NO WORKER FOR'],
      queues.map((facts) => [
        facts.queue,
        ...states.map((state) => String(facts[state])),
        Object.entries(facts.unroutable)
          .map(([handler, count]) => `${handler} (${count})`)
          .join(', '),
      ]),
      'No queues.',
    );
  return command('queues', 'List queues, show one', 'carillon queues list')
    .addCommand(
      remoteCommand('list', 'List queues with their depths', 'carillon queues list').action(
        async (flags: Flags) => {
          const page = (await remoteOf(surroundings, flags).get('/v1/queues')) as { items: QueueFacts[] };
          if (flags.json) output.json(page);
          else table(page.items);
        },
      ),
    )
    .addCommand(
      remoteCommand('show', 'Show one queue', 'carillon queues show mail')
        .argument('<queue>')
        .action(async (queue: string, flags: Flags) => {
          const path = `/v1/queues/${encodeURIComponent(queue)}`;
          const facts = (await remoteOf(surroundings, flags).get(path)) as QueueFacts;
          if (flags.json) output.json(facts);
          else table([facts]);
        }),
    );
}

export function workersCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return command('workers', 'List workers', 'carillon workers list').addCommand(
    remoteCommand('list', 'List workers with their queues and handlers', 'carillon workers list').action(
      async (flags: Flags) => {
        const page = (await remoteOf(surroundings, flags).get('/v1/workers')) as { items: Shown[] };
        if (flags.json) {
          output.json(page);
          return;
        }
        output.table(
          ['WORKER', 'HOST', 'PID', 'QUEUES', 'RUNNING', 'HANDLERS'],
          page.items.map((worker) => [
            worker.name,
            worker.host,
            String(worker.pid),
            worker.queues?.join(',') ?? '',
            `${worker.running ?? 0}/${worker.concurrency ?? '?'}`,
            worker.handlers?.join(',') ?? '',
          ]),
          'No workers.',
        );
      },
    ),
  );
}

export function healthcheckCommand(surroundings: Surroundings): Command {
  return remoteCommand(
    'healthcheck',
    'Exit 0 when the API and its Redis answer, 69 otherwise',
    'carillon healthcheck',
  ).action(async (flags: Flags) => {
    const health = await remoteOf(surroundings, flags, 5_000).get('/readyz');
    if (flags.json) surroundings.output.json(health);
    else surroundings.output.line('ok');
  });
}
