/** `carillon cluster`: leader, term and nodes, who led before, and an end of it, over the API. */

import type { Command } from 'commander';
import type { Presence } from '../../store/contract/index.js';
import { group, remoteCommand, remoteOf } from '../command.js';
import type { Surroundings } from '../surroundings.js';
import { historyCommand, stepDownCommand } from './cluster-leaders.js';

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
        ? [`leader ${leader.node}, term ${leader.term}, since`, { time: leader.since }]
        : 'no leader just now',
    );
    output.table(
      ['NODE', 'ROLE', 'HOST', 'PID', 'VERSION', 'RELEASE', 'URL', 'CLOCK', 'SINCE'],
      cluster.nodes.map((node) => [
        node.name,
        node.role ?? '',
        node.host,
        String(node.pid),
        node.version,
        node.release ?? '',
        node.url ?? '',
        node.clockOffsetMs === undefined
          ? ''
          : `${node.clockOffsetMs > 0 ? '+' : ''}${node.clockOffsetMs} ms`,
        { time: node.startedAt },
      ]),
      'No nodes.',
    );
  };
  return group(
    remoteCommand('cluster', 'Show leader, term and nodes', 'carillon cluster show').action(show),
    remoteCommand('show', 'Show leader, term and nodes', 'carillon cluster show --json').action(
      (_, made: Command) => show(made.optsWithGlobals<Flags>()),
    ),
    historyCommand(surroundings),
    stepDownCommand(surroundings),
  );
}
