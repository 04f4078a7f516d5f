/** Claim on Redis: completions in, ready tasks out, in one round trip. */

import { mono } from '../../runtime/clock.js';
import type { ClaimedTask, ClaimReply, ClaimRequest } from '../contract.js';
import { Claimed } from './claimed.js';
import type { Link, Reply } from './link.js';
import { laneName, type Partition } from './partition.js';
import { encodeEnding } from './record.js';
import { instant, wordsOf } from './replies.js';

export async function claim(link: Link, partition: Partition, request: ClaimRequest): Promise<ClaimReply> {
  const { keys } = partition;
  if (!partition.opened) await link.open(partition);
  let served = partition.served(request.handlers);
  if (!served.complete && request.want > 0) {
    // A worker opens a lane for each of its handlers, so that it can wait for the first task of any.
    await link.lanes(
      partition,
      request.handlers.map((handler) => laneName('normal', handler)),
    );
    await link.readLanes(partition);
    served = partition.served(request.handlers);
  }
  const lanes = served.next();
  const args: (string | number)[] = [
    partition.life,
    keys.prefix,
    request.worker,
    request.nonce,
    request.want,
    request.leaseStands ? -request.leaseMs : request.leaseMs,
    ...lanes.codes,
  ];
  for (const { id, token, record } of request.completions) {
    args.push(id, token, encodeEnding('completed', record));
  }
  const sent = mono();
  const reply = await link.call(
    'claim',
    [
      keys.layout,
      keys.tasks,
      keys.inflight(request.worker),
      keys.workers,
      keys.endings,
      keys.finished,
      keys.attempts,
      keys.failures,
      keys.gone,
      keys.due,
      keys.lanes,
      ...lanes.ready,
    ],
    args,
  );
  if (reply[0] === 'unopened') {
    // Emptied under us: what it held is gone with everything else.
    partition.forget();
    await link.open(partition);
    return {
      now: link.clock.now(),
      endings: request.completions.map(() => 'lost'),
      tasks: [],
      nextDue: null,
      // What is there now was not looked at.
      more: true,
      reaped: false,
    };
  }
  link.clock.observe(Number(reply[1]), sent, mono());
  const tasks = claimedTasks(partition, request, reply);
  // Two fields a lane; 0 when it was not looked at.
  if (reply[4] !== 0 && reply[4] !== 2 * partition.laneCount) await link.readLanes(partition);
  return {
    now: Number(reply[1]),
    endings: reply[2] === '' ? null : wordsOf(reply[2]),
    tasks,
    nextDue: instant(reply[3]),
    more: reply[7] === 1,
    reaped: reply[0] === 'reaped',
  };
}

/** Fields before the first task. */
const HEAD = 8;

function claimedTasks(partition: Partition, request: ClaimRequest, reply: Reply): ClaimedTask[] {
  if (reply.length === HEAD) return [];
  const tasks: ClaimedTask[] = [];
  const suffix = `:${reply[6]}:${request.nonce}:`;
  const before = reply[5] === '' ? null : attemptsBefore(String(reply[5]));
  for (let i = HEAD; i < reply.length; i += 2) {
    const record = reply[i + 1] as string;
    const code = record.slice(0, record.indexOf(' '));
    const lane = partition.lane(code);
    // Only lanes we know are asked for; an unknown one would mean a record of another release.
    if (!lane) continue;
    const earlier = before?.get((i - HEAD) / 2);
    const attempt = earlier?.attempt ?? 1;
    tasks.push(
      new Claimed(
        reply[i] as string,
        partition.queue,
        lane,
        attempt,
        earlier?.failures ?? 0,
        `${attempt}${suffix}${code}`,
        record,
      ),
    );
  }
  return tasks;
}

/** `index:attempt:failures,…` of the tasks that were attempted before. */
function attemptsBefore(text: string): Map<number, { attempt: number; failures: number }> {
  return new Map(
    text.split(',').map((entry) => {
      const [index = 0, attempt = 1, failures = 0] = entry.split(':').map(Number);
      return [index, { attempt, failures }];
    }),
  );
}
