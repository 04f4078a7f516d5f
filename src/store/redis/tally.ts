/** How many tasks of a queue are in each state, on Redis: counted by size, or found by looking at each. */

import { MIB } from '../../domain/input/sizes.js';
import type { TaskState } from '../../domain/task/task.js';
import type { Tallied, TallyRange } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';
import { items } from './wire.js';
import { withLanes } from './with-lanes.js';

/** Tasks looked at of each state where the caller sets no bound. */
const MOST_SCANNED = 5_000;
/** Bytes of records read for one state, about. */
const MOST_BYTES = MIB;
/** Codes of lanes of runs begin with one of these (see lua/include/run-lane.lua). */
const OF_RUNS = /^[@+%&]/;

export async function tally(
  connection: Connection,
  partition: Partition,
  { handler, schedules = [], states, scan = MOST_SCANNED }: TallyRange = {},
): Promise<Tallied> {
  const args = schedules.flatMap(({ id, until }) => [id, until ?? '']);
  const all = handler === undefined && args.length === 0;
  let wanted = '*';
  const reply = await withLanes(connection, partition, () => {
    if (!all) wanted = wantedOf(partition, handler, args.length > 0);
    return connection.call('tally', partition, {
      known: all ? '' : partition.lanesKnown,
      states: states ? padded(states) : '*',
      wanted,
      scan,
      bytes: MOST_BYTES,
      more: items(args),
    });
  });
  const known = wanted !== padded([]);
  const told: Tallied = { known, counts: zeros(), unseen: zeros(), scanned: Number(reply[1]) };
  for (let at = 2; at < reply.length; at += 3) {
    const state = String(reply[at]) as TaskState;
    told.counts[state] = Number(reply[at + 1]);
    told.unseen[state] = Number(reply[at + 2]);
  }
  return told;
}

/** Where every lane is one of those asked for, sizes tell what would have to be looked for otherwise. */
function wantedOf({ lanes }: Partition, handler: string | undefined, runs: boolean): string {
  const possible = runs ? lanes.filter(({ code }) => OF_RUNS.test(code)) : lanes;
  const wanted = possible.filter((lane) => handler === undefined || lane.handler === handler);
  const every = wanted.length > 0 && wanted.length === possible.length;
  return every ? '*' : padded(wanted.map(({ code }) => code));
}

const padded = (words: readonly string[]): string => ` ${words.join(' ')} `;

/** Written out: two for each of hundreds of queues. */
const zeros = (): Record<TaskState, number> => ({
  scheduled: 0,
  ready: 0,
  running: 0,
  retrying: 0,
  completed: 0,
  dead: 0,
  cancelled: 0,
});
