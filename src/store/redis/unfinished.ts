/** Unfinished runs of schedules, read from the sets that promotion and endings keep. */

import type { UnfinishedRuns } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';

/** Runs that wait and are told, of one schedule. */
const MOST = 100;

export async function unfinished(
  connection: Connection,
  { keys }: Partition,
  schedules: readonly string[],
): Promise<UnfinishedRuns[]> {
  if (schedules.length === 0) return [];
  const found = await connection.pipeline((pipeline) => {
    for (const schedule of schedules) {
      pipeline.smembers(keys.unfinished(schedule));
      pipeline.zrange(keys.parked, `[${schedule}@0`, `(${schedule}@2`, 'BYLEX', 'LIMIT', 0, MOST);
    }
  });
  return schedules.map((_, i) => {
    const [counted, parked] = found.slice(2 * i, 2 * i + 2) as [string[], string[]];
    const [others, own] = [counted.filter(isElsewhere), counted.filter((id) => !isElsewhere(id))];
    return {
      underWay: own.map((id) => id.replace(/^\+/, '')).sort(),
      waiting: parked.map(idOf),
      elsewhere: others.flatMap((mark) => mark.split(' ')[2] ?? []).sort(),
    };
  });
}

/** See `unfinished` in keys.ts. */
function isElsewhere(member: string): boolean {
  return member.startsWith('>');
}

/** Of a member as lua/include/parked.lua makes it. */
function idOf(member: string): string {
  const [, schedule, nominal, suffix] = /^([^@]+)@\d0*(\d+)(.*):[^:]*$/.exec(member) ?? [];
  return `${schedule}@${nominal}${suffix}`;
}
