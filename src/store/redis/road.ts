/** The road on Redis: enqueue, promote, claim, settle, beat, reap. */

import { mono } from '../../runtime/clock.js';
import type {
  CancelWord,
  ClaimedTask,
  ClaimReply,
  ClaimRequest,
  EndingWord,
  ExpiredHold,
  PromoteReply,
  RoadStore,
  Settlement,
  TaskDraft,
} from '../contract.js';
import { Claimed } from './claimed.js';
import type { Call, Link, Reply } from './link.js';
import { laneName, type Partition } from './partition.js';
import { decodeHistory, decodeTask, encodeAttempt, encodeEnding, encodeTask } from './record.js';
import { redisWaiter } from './waiter.js';

/** At most this many tasks, and about this many bytes, in one call: a script holds up everybody. */
export const CALL_TASKS = 1_000;
const CALL_BYTES = 4 * 1024 * 1024;

const WORDS: Record<string, EndingWord> = { o: 'ok', a: 'already', l: 'lost' };

export function roadVerbs(link: Link): RoadStore {
  return {
    open: (queue) => link.open(link.partition(queue)),
    enqueue: (queue, drafts) => enqueue(link, link.partition(queue), drafts),
    promote: (queue, limit) => promote(link, link.partition(queue), limit),
    claim: (queue, request) => claim(link, link.partition(queue), request),
    settle: (queue, worker, settlements, onlyExpired = false) =>
      settle(link, link.partition(queue), worker, settlements, onlyExpired),
    beat: (queue, worker, leaseMs) => beat(link, link.partition(queue), worker, leaseMs),
    expired: (queue, limit) => expired(link, link.partition(queue), limit),
    leave: (queue, worker) => leave(link, link.partition(queue), worker),
    cancel: (queue, id, reason) => cancel(link, link.partition(queue), id, reason),
    waiter: () => redisWaiter(link),
  };
}

async function enqueue(
  link: Link,
  partition: Partition,
  drafts: readonly TaskDraft[],
): Promise<{ now: number; created: number }> {
  const first = drafts[0];
  if (!first) return { now: await link.time(), created: 0 };
  if (drafts.length === 1) return put(link, partition, laneName(first.priority, first.handler), drafts);
  const byLane = new Map<string, TaskDraft[]>();
  for (const draft of drafts) {
    const name = laneName(draft.priority, draft.handler);
    const group = byLane.get(name);
    if (group) group.push(draft);
    else byLane.set(name, [draft]);
  }
  const calls: Promise<{ now: number; created: number }>[] = [];
  await link.lanes(partition, [...byLane.keys()]);
  for (const [name, group] of byLane) {
    for (const slice of slices(group)) calls.push(put(link, partition, name, slice));
  }
  const replies = await Promise.all(calls);
  return {
    now: replies[0]?.now ?? 0,
    created: replies.reduce((sum, reply) => sum + reply.created, 0),
  };
}

function* slices(drafts: readonly TaskDraft[]): Generator<readonly TaskDraft[]> {
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < drafts.length; i++) {
    const size = (drafts[i]?.payload.length ?? 0) + 64;
    if (i > from && (i - from >= CALL_TASKS || bytes + size > CALL_BYTES)) {
      yield drafts.slice(from, i);
      from = i;
      bytes = 0;
    }
    bytes += size;
  }
  yield from === 0 ? drafts : drafts.slice(from);
}

async function put(
  link: Link,
  partition: Partition,
  name: string,
  drafts: readonly TaskDraft[],
): Promise<{ now: number; created: number }> {
  const { keys } = partition;
  const timed = drafts.some((draft) => draft.due > 0);
  const build = (): Call => {
    const lane = partition.laneOf(name) ?? '';
    const args: (string | number)[] = [
      keys.prefix,
      lane,
      link.registry.channel,
      partition.queue,
      timed ? 3 : 2,
    ];
    for (const draft of drafts) {
      args.push(draft.id, encodeTask(lane, draft));
      if (timed) args.push(draft.due);
    }
    return { keys: [keys.layout, keys.tasks, keys.due, keys.ready(lane)], args };
  };
  const sent = mono();
  const [, now, created] = await link.on(partition, 'enqueue', () =>
    partition.laneOf(name) === undefined ? link.lanes(partition, [name]).then(build) : build(),
  );
  link.clock.observe(Number(now), sent, mono());
  return { now: Number(now), created: Number(created) };
}

async function promote(link: Link, partition: Partition, limit: number): Promise<PromoteReply> {
  const { keys } = partition;
  const sent = mono();
  const [, now, moved, nextDue, nextLease] = await link.on(partition, 'promote', () => ({
    keys: [keys.layout, keys.due, keys.workers],
    args: [keys.prefix, Math.min(limit, CALL_TASKS)],
  }));
  link.clock.observe(Number(now), sent, mono());
  return { now: Number(now), moved: Number(moved), nextDue: instant(nextDue), nextLease: instant(nextLease) };
}

function instant(value: Reply[number] | undefined): number | null {
  return value === '' || value === null || value === undefined ? null : Math.ceil(Number(value));
}

async function claim(link: Link, partition: Partition, request: ClaimRequest): Promise<ClaimReply> {
  const { keys } = partition;
  if (partition.code === null) await link.open(partition);
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
    keys.prefix,
    request.worker,
    request.nonce,
    request.want,
    request.leaseMs,
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
    };
  }
  link.clock.observe(Number(reply[1]), sent, mono());
  const tasks = claimedTasks(partition, request, reply);
  if (request.want > 0 && Number(reply[4]) !== lanesHashLength(partition)) await link.readLanes(partition);
  return {
    now: Number(reply[1]),
    endings: reply[2] === '' ? null : wordsOf(reply[2]),
    tasks,
    nextDue: instant(reply[3]),
  };
}

/** Per lane two fields, and one counter. */
function lanesHashLength(partition: Partition): number {
  return 2 * partition.laneCount + 1;
}

const HEAD = 7;

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

function wordsOf(letters: Reply[number] | undefined): EndingWord[] {
  return [...String(letters ?? '')].map((letter) => WORDS[letter] ?? 'lost');
}

async function settle(
  link: Link,
  partition: Partition,
  worker: string,
  settlements: readonly Settlement[],
  onlyExpired: boolean,
): Promise<EndingWord[]> {
  const { keys } = partition;
  const items = settlements.flatMap(({ id, token, record, failure, next }) => [
    id,
    token,
    laneOfToken(token),
    next.to,
    next.to === 'retry' ? next.due : 0,
    failure ? 1 : 0,
    next.to === 'dead' || next.to === 'cancelled' ? encodeEnding(next.to, record) : encodeAttempt(record),
  ]);
  const [, letters] = await link.on(partition, 'settle', () => ({
    keys: [
      keys.layout,
      keys.inflight(worker),
      keys.workers,
      keys.due,
      keys.attempts,
      keys.failures,
      keys.history,
      keys.endings,
      keys.dead,
      keys.cancelled,
    ],
    args: [keys.prefix, worker, onlyExpired ? 1 : 0, link.registry.channel, partition.queue, ...items],
  }));
  return wordsOf(letters);
}

/** A token is `<attempt>:<claimed at>:<nonce>:<lane>`. */
function laneOfToken(token: string): string {
  return token.slice(token.lastIndexOf(':') + 1);
}

async function beat(
  link: Link,
  partition: Partition,
  worker: string,
  leaseMs: number,
): Promise<'ok' | 'lost'> {
  const { keys } = partition;
  const sent = mono();
  const [word, now] = await link.on(partition, 'beat', () => ({
    keys: [keys.layout, keys.workers],
    args: [worker, leaseMs],
  }));
  link.clock.observe(Number(now), sent, mono());
  return word === 'ok' ? 'ok' : 'lost';
}

async function expired(link: Link, partition: Partition, limit: number): Promise<ExpiredHold[]> {
  const { keys } = partition;
  const reply = await link.on(partition, 'reap', () => ({
    keys: [keys.layout, keys.workers, keys.tasks, keys.failures, keys.history],
    args: [keys.prefix, Math.min(limit, CALL_TASKS)],
  }));
  const holds: ExpiredHold[] = [];
  for (let i = 2; i < reply.length; i += 6) {
    const [worker, id, token, failures, history, head] = reply.slice(i, i + 6).map(String);
    const [attempt = 1, startedAt = 0] = (token ?? '').split(':').map(Number);
    holds.push({
      worker: worker ?? '',
      id: id ?? '',
      token: token ?? '',
      attempt,
      startedAt,
      failures: Number(failures),
      lostBefore: decodeHistory(history ?? '').at(-1)?.outcome === 'lost',
      options: decodeTask(head ?? '').options,
    });
  }
  return holds;
}

async function leave(link: Link, partition: Partition, worker: string): Promise<void> {
  const { keys } = partition;
  await link.on(partition, 'leave', () => ({
    keys: [keys.layout, keys.workers, keys.inflight(worker)],
    args: [worker],
  }));
}

async function cancel(link: Link, partition: Partition, id: string, reason?: string): Promise<CancelWord> {
  const { keys } = partition;
  const [word] = await link.on(partition, 'cancel', () => ({
    keys: [keys.layout, keys.tasks, keys.due, keys.endings, keys.cancelled, keys.gone, keys.workers],
    args: [keys.prefix, id, reason === undefined ? '' : JSON.stringify(reason)],
  }));
  return word as CancelWord;
}
