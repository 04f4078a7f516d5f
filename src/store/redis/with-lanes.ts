/** Questions that name lanes of a partition: asked with the lanes as they are. */

import { CarillonError } from '../../domain/input/errors.js';
import type { Connection, Reply } from './connection.js';
import type { Partition } from './partition.js';

/** The lanes are read anew only where the script says that there are others than were known. */
export async function withLanes(
  connection: Connection,
  partition: Partition,
  ask: () => Promise<Reply>,
): Promise<Reply> {
  for (let tries = 0; tries < 4; tries += 1) {
    if (tries > 0) await connection.readLanes(partition);
    const reply = await ask();
    if (reply[0] !== 'lanes') return reply;
  }
  throw new CarillonError('unavailable', `The lanes of ${partition.queue} do not stand still`);
}
