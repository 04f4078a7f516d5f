/** Claim on Redis: completions in, ready tasks out, in one round trip. */

import { mono } from '../../runtime/clock.js';
import type { ClaimedTask, ClaimReply, ClaimRequest } from '../contract.js';
import { Claimed } from './claimed.js';
import type { Link } from './link.js';
import { laneName, type Partition } from './partition.js';
import { encodeEnding } from './record.js';
import { instant, wordsOf } from './replies.js';

/** Between the parts of a claim's reply: neither ids nor records contain control characters. */
const SEPARATOR = '\x1e';

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
  const args: (string | number)[] = [
    partition.life,
    keys.prefix,
    request.nonce,
    request.want,
    request.leaseStands ? -request.leaseMs : request.leaseMs,
  ];
  const { completions } = request;
  let named = '';
  for (const { token } of completions) {
    args.push(token === named ? '' : token);
    named = token;
  }
  for (const { id, record } of completions) args.push(id, encodeEnding('completed', record));
  const sent = mono();
  const reply = await link.text(
    'claim',
    [keys.layout, keys.tasks, keys.inflight(request.worker), ...served.next()],
    args,
  );
  if (reply === 'unopened') {
    // Emptied under us: what it held is gone with everything else.
    partition.forget();
    await link.open(partition);
    return {
      now: link.clock.now(),
      endings: completions.map(() => 'lost'),
      tasks: [],
      nextDue: null,
      // What is there now was not looked at.
      more: true,
      reaped: false,
    };
  }
  const parts = reply.split(SEPARATOR);
  const head = headOf(parts[0] as string);
  link.clock.observe(head.now, sent, mono());
  const tasks = claimedTasks(partition, request, parts, head);
  // Two fields a lane; 0 when it was not looked at.
  if (head.laneCount > 0 && head.laneCount !== 2 * partition.laneCount) await link.readLanes(partition);
  const { now, endings, nextDue, more, reaped } = head;
  return { now, endings, tasks, nextDue, more, reaped };
}

interface Head extends Omit<ClaimReply, 'tasks'> {
  laneCount: number;
  claimedAt: string;
  seen: string;
}

/** `ok <now>` mostly; see lua/claim.lua. */
function headOf(text: string): Head {
  const [word, at = '', words = '-', due = '-', laneCount = '0', claimedAt = at, more, seen = '-'] =
    text.split(' ');
  return {
    now: Number(at),
    endings: words === '-' ? null : wordsOf(words),
    nextDue: due === '-' ? null : instant(due),
    more: more === '1',
    reaped: word === 'reaped',
    laneCount: Number(laneCount),
    claimedAt,
    seen,
  };
}

function claimedTasks(
  partition: Partition,
  request: ClaimRequest,
  parts: readonly string[],
  head: Head,
): ClaimedTask[] {
  const tasks: ClaimedTask[] = [];
  const suffix = `:${head.claimedAt}:${request.nonce}:`;
  const before = head.seen === '-' ? null : attemptsBefore(head.seen);
  for (let i = 1; i < parts.length; i += 2) {
    const record = parts[i + 1] as string;
    const code = record.slice(0, record.indexOf(' '));
    const lane = partition.lane(code);
    // Only lanes we know are asked for; an unknown one would mean a record of another release.
    if (!lane) continue;
    const earlier = before?.get((i - 1) / 2);
    const attempt = earlier?.attempt ?? 1;
    const token = `${attempt}${suffix}${code}`;
    const failures = earlier?.failures ?? 0;
    tasks.push(new Claimed(parts[i] as string, partition.queue, lane, attempt, failures, token, record));
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
