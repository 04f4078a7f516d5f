/** Claim on Redis: completions in, ready tasks out, in one round trip. */

import { mono } from '../../runtime/clock.js';
import type { AttemptRecord, ClaimedTask, ClaimReply, ClaimRequest } from '../contract/index.js';
import { Claimed } from './claimed.js';
import type { Connection } from './connection.js';
import type { ScriptArgs } from './headers.js';
import { type Lane, laneName, type Partition } from './partition.js';
import { encodeEnding, SEPARATOR } from './record.js';
import { instant, wordsOf } from './replies.js';
import { bulk, bulks, NOTHING } from './wire.js';

/** A worker with one lane sends the first arguments of claim again and again; they are encoded once. */
const REPEATED = ['birth', 'worker', 'served'] as const;
const FRESH = ['nonce', 'want', 'lease'] as const;
/** The prefix and these, in the order of the header: the compiler compares. */
const ARGUMENTS = 1 + ([...REPEATED, ...FRESH] satisfies ScriptArgs['claim']).length;

export async function claim(
  connection: Connection,
  partition: Partition,
  request: ClaimRequest,
): Promise<ClaimReply> {
  if (!partition.opened) await connection.open(partition);
  let served = partition.served(request.handlers);
  if (!served.complete && request.want > 0) {
    // A worker opens a lane for each of its handlers, so that it can wait for the first task of any.
    await connection.lanes(
      partition,
      request.handlers.map((handler) => laneName('normal', handler)),
    );
    await connection.readLanes(partition);
    served = partition.served(request.handlers);
  }
  const { worker, nonce, want, leaseMs, completions } = request;
  let text = `${openingOf(partition, worker, want > 0 ? served.next() : served.last)}${bulk(nonce)}${bulk(want)}${bulk(request.leaseStands ? -leaseMs : leaseMs)}`;
  let named = '';
  for (const { token } of completions) {
    text += token === named ? NOTHING : bulk(token);
    named = token;
  }
  for (const { id, record } of completions) text += bulk(id) + endingOf(record);
  const sent = mono();
  const count = ARGUMENTS + 3 * completions.length;
  const reply = (await connection.run('claim', { count, text })) as string | string[];
  if (reply === 'unopened') {
    // Emptied under us: what it held is gone with everything else.
    partition.forget();
    await connection.open(partition);
    return {
      now: connection.clock.now(),
      endings: completions.map(() => 'lost'),
      tasks: [],
      nextDue: null,
      // What is there now was not looked at.
      more: true,
      reaped: false,
    };
  }
  const parts = typeof reply === 'string' ? reply.split(SEPARATOR) : reply;
  const head = headOf(parts[0] as string);
  if (head.owes) connection.owes(partition);
  connection.clock.observe(head.now, sent, mono());
  await bringBig(connection, partition, parts);
  const lanes: Lane[] = [];
  const tasks = claimedTasks(partition, request, parts, head, lanes);
  served.took(lanes);
  // Two fields a lane; 0 when it was not looked at.
  if (head.laneCount > 0 && head.laneCount !== 2 * partition.laneCount) await connection.readLanes(partition);
  const { now, endings, nextDue, more, reaped } = head;
  return { now, endings, tasks, nextDue, more, reaped };
}

/** Large records came without: they are read here, as Redis hands them out fastest (see lua/include/big.lua). */
async function bringBig(connection: Connection, partition: Partition, parts: string[]): Promise<void> {
  const places: number[] = [];
  for (let i = 2; i < parts.length; i += 2) if (parts[i] === '') places.push(i);
  if (places.length === 0) return;
  const ids = places.map((i) => parts[i - 1] as string);
  const records = await connection.fields(partition.keys.tasks, ids);
  // One that is gone is no longer held either: its worker hands it back, and hears so.
  for (const [n, i] of places.entries()) parts[i] = records[n] ?? '';
}

interface Opening {
  birth: string;
  worker: string;
  served: string;
  text: string;
}
const openings = new WeakMap<Partition, Opening>();

function openingOf(partition: Partition, worker: string, served: string): string {
  const { prefix, birth } = partition;
  const last = openings.get(partition);
  if (last?.worker === worker && last.served === served && last.birth === birth) return last.text;
  const named = { birth, worker, served };
  const text = bulks([prefix, ...REPEATED.map((name) => named[name])]);
  openings.set(partition, { ...named, text });
  return text;
}

/** The last ending that told nothing but times: tasks that ran side by side often share it. */
let plain: AttemptRecord | null = null;
let plainText = '';

function endingOf(record: AttemptRecord): string {
  if (record.result !== undefined || record.error) return bulk(encodeEnding('completed', record));
  if (
    plain?.finishedAt !== record.finishedAt ||
    plain.startedAt !== record.startedAt ||
    plain.attempt !== record.attempt ||
    plain.worker !== record.worker
  ) {
    plain = record;
    plainText = bulk(encodeEnding('completed', record));
  }
  return plainText;
}

interface Head extends Omit<ClaimReply, 'tasks'> {
  laneCount: number;
  claimedAt: string;
  seen: string;
  /** The outbox holds something. */
  owes: boolean;
}

/** `ok <now>` mostly; see lua/claim.lua. */
function headOf(text: string): Head {
  const [word, at = '', words = '-', due = '-', laneCount = '0', claimedAt = at, more, seen = '-', owes] =
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
    owes: owes === '1',
  };
}

function claimedTasks(
  partition: Partition,
  request: ClaimRequest,
  parts: readonly string[],
  head: Head,
  lanes: Lane[],
): ClaimedTask[] {
  const tasks: ClaimedTask[] = [];
  const suffix = `:${head.claimedAt}:${request.nonce}:`;
  const before = head.seen === '-' ? null : attemptsBefore(head.seen);
  let opening = '';
  let lane: Lane | undefined;
  let first = '';
  for (let i = 1; i < parts.length; i += 2) {
    const id = parts[i] as string;
    const record = parts[i + 1] as string;
    if (lane === undefined || !record.startsWith(opening)) {
      opening = record.slice(0, record.indexOf(' ') + 1);
      // Only lanes we know are asked for. An unknown one means a record of another release: its worker hands it back.
      const code = opening.slice(0, -1);
      lane = partition.lane(code) ?? { code, handler: '', priority: 'normal' };
      lanes.push(lane);
      first = `1${suffix}${lane.code}`;
    }
    const earlier = before?.get((i - 1) / 2);
    if (earlier) {
      const { attempt, failures, since } = earlier;
      const token = `${attempt}${suffix}${lane.code}`;
      tasks.push(new Claimed(id, partition.queue, lane, attempt, failures, token, record, since));
    } else tasks.push(new Claimed(id, partition.queue, lane, 1, 0, first, record));
  }
  return tasks;
}

/** `index:attempt:failures[:since],…` of the tasks that were attempted before. */
function attemptsBefore(text: string): Map<number, { attempt: number; failures: number; since?: number }> {
  return new Map(
    text.split(',').map((entry) => {
      const [index = 0, attempt = 1, failures = 0, since] = entry.split(':').map(Number);
      return [index, { attempt, failures, ...(since === undefined ? {} : { since }) }];
    }),
  );
}
