/** Tasks are put on the road: all of one call or none of them. */

import { payloadText } from '../../domain/task/payload.js';
import { mono } from '../../runtime/clock.js';
import type { EnqueueReply, TaskDraft } from '../contract/index.js';
import { asksOf, noRefusals, refusalsOf, refuse } from './asks.js';
import { BATCH_BYTES, BATCH_TASKS, callsOf } from './bounds.js';
import type { Call } from './call.js';
import type { Connection, Reply } from './connection.js';
import type { Outgoing } from './outgoing.js';
import { laneName, type Partition } from './partition.js';
import { checkPayload, encodeHead } from './record.js';
import { isTied, laneKind, tiesOf } from './ties.js';
import { transact } from './transaction.js';
import { bulk } from './wire.js';

/** All of one call or none of them: many are made in several calls, one after the other. */
export async function enqueue(
  connection: Connection,
  partition: Partition,
  drafts: readonly TaskDraft[],
): Promise<EnqueueReply> {
  if (drafts.length === 0) return { now: await connection.time(), created: 0 };
  for (const draft of drafts) checkPayload(draft);
  const slices = [...callsOf(drafts, sizeOf, BATCH_TASKS, BATCH_BYTES)];
  if (slices.length === 1) return put(connection, partition, drafts);
  // Known before the first is sent: one that had to ask for them would be overtaken.
  await connection.lanes(partition, [...new Set(drafts.map(laneNameOf))]);
  const replies: EnqueueReply[] = [];
  let under: Promise<EnqueueReply> | null = null;
  for (const slice of slices) {
    const next: Promise<EnqueueReply> = put(connection, partition, slice);
    next.catch(() => {});
    // Redis works on one while the next is written.
    if (under) replies.push(await under);
    under = next;
  }
  if (under) replies.push(await under);
  const all = noRefusals();
  for (const { taken = [], full = [], repeated = [], gone = [] } of replies) {
    for (const id of full) all.full.add(id);
    for (const [id, one] of taken) all.taken.set(id, one);
    for (const [id, one] of repeated) all.repeated.set(id, one);
    for (const [id, one] of gone) all.gone.set(id, one);
  }
  return {
    now: replies[0]?.now ?? 0,
    created: replies.reduce((sum, reply) => sum + reply.created, 0),
    ...refusalsOf(all),
  };
}

function laneNameOf(draft: TaskDraft): string {
  return laneName(draft.priority, draft.handler, laneKind(draft));
}

/** About. */
function sizeOf({ payload, parents }: TaskDraft): number {
  return payload.length + 64 + (parents ? 64 * parents.length : 0);
}

/** What is sent of each task: as little as they have (see lua/enqueue.lua). */
type Stride = 2 | 3 | 4 | 6 | 7;

function strideOf(drafts: readonly TaskDraft[], several: boolean): Stride {
  if (drafts.some((draft) => asksOf(draft) !== '')) return 7;
  if (several || drafts.some(({ parents }) => parents !== undefined)) return 6;
  if (drafts.some(isTied)) return 4;
  return drafts.some(({ due }) => due > 0) ? 3 : 2;
}

const NONE: ReadonlySet<string> = new Set();

function otherLanes(drafts: readonly TaskDraft[], first: string): ReadonlySet<string> {
  let others: Set<string> | null = null;
  const [one] = drafts as [TaskDraft];
  const kind = laneKind(one);
  for (const draft of drafts) {
    // Mostly they are alike: then no name is made.
    if (draft.handler === one.handler && draft.priority === one.priority && laneKind(draft) === kind)
      continue;
    const name = laneNameOf(draft);
    if (name === first) continue;
    others ??= new Set();
    others.add(name);
  }
  return others ?? NONE;
}

function knows(partition: Partition, first: string, others: ReadonlySet<string>): boolean {
  if (partition.laneOf(first) === undefined) return false;
  for (const name of others) if (partition.laneOf(name) === undefined) return false;
  return true;
}

async function put(
  connection: Connection,
  partition: Partition,
  drafts: readonly TaskDraft[],
): Promise<EnqueueReply> {
  const first = laneNameOf(drafts[0] as TaskDraft);
  const others = drafts.length === 1 ? NONE : otherLanes(drafts, first);
  const stride = strideOf(drafts, others.size > 0);
  if (stride <= 3 && goBeside(partition, first, drafts)) {
    const reply = await putBeside(connection, partition, first, drafts, stride === 3);
    if (reply) return reply;
  }
  const build = (): Call<'enqueue'> => {
    const common = partition.laneOf(first) ?? '';
    const codes =
      others.size === 0 ? null : new Map([...others].map((name) => [name, partition.laneOf(name) ?? '']));
    const rows = (out: Outgoing): void => {
      for (const draft of drafts) {
        const lane = codes?.get(laneNameOf(draft)) ?? common;
        out.add(bulk(draft.id));
        out.addJoined(encodeHead(lane, draft), payloadText(draft.payload));
        if (stride > 2) out.add(bulk(draft.due));
        if (stride > 3) out.add(bulk(tiesOf(draft)));
        if (stride > 4) out.add(bulk(waitsOf(draft)) + bulk(lane));
        if (stride > 6) out.add(bulk(asksOf(draft)));
      }
    };
    return { lane: common, stride, more: { count: stride * drafts.length, text: '', rows } };
  };
  const sent = mono();
  const [, now, created, ...refused] = await connection.on(partition, 'enqueue', () =>
    knows(partition, first, others) ? build() : connection.lanes(partition, [first, ...others]).then(build),
  );
  connection.clock.observe(Number(now), sent, mono());
  const reply: EnqueueReply = { now: Number(now), created: Number(created) };
  partition.refuses = refused.length > 0;
  if (refused.length === 0) return reply;
  const all = noRefusals();
  for (let i = 0; i < refused.length; i += 2)
    refuse(all, drafts[Number(refused[i])]?.id ?? '', String(refused[i + 1]));
  return { ...reply, ...refusalsOf(all) };
}

/** Tasks of one call from which on a transaction costs less than it saves; and characters of their payloads. */
const [MANY, LARGE] = [100, 64 * 1024];

/** Whether the records of these tasks, of one lane and with nothing that is asked of them, go beside the script. */
function goBeside(partition: Partition, lane: string, drafts: readonly TaskDraft[]): boolean {
  if (!partition.opened || partition.refuses || partition.laneOf(lane) === undefined) return false;
  if (laneKind(drafts[0] as TaskDraft) !== '') return false;
  return drafts.length >= MANY || drafts.reduce((sum, { payload }) => sum + payload.length, 0) >= LARGE;
}

/** Records larger than that are looked at before they are claimed (see lua/include/big.lua). */
const BIG = 4_096;

/** Null where that would not do, and nothing has been done: see lua/enqueue-plain.lua. */
async function putBeside(
  connection: Connection,
  partition: Partition,
  first: string,
  drafts: readonly TaskDraft[],
  timed: boolean,
): Promise<EnqueueReply | null> {
  const lane = partition.laneOf(first) ?? '';
  const stride = timed ? 2 : 1;
  let big = false;
  const ids = (out: Outgoing): void => {
    for (const { id, due } of drafts) out.add(timed ? bulk(id) + bulk(due) : bulk(id));
  };
  const records = (out: Outgoing): void => {
    out.add(`*${2 + 2 * drafts.length}\r\n${bulk('HSET')}${bulk(partition.keys.tasks)}`);
    for (const draft of drafts) {
      out.add(bulk(draft.id));
      big = out.addJoined(encodeHead(lane, draft), payloadText(draft.payload)) > BIG || big;
    }
  };
  const sent = mono();
  const [plain] = await transact(
    connection,
    partition,
    {
      name: 'enqueue-plain',
      call: () => ({ lane, stride, more: { count: stride * drafts.length, text: '', rows: ids } }),
    },
    { name: 'hset', write: records },
    { name: 'enqueue-undo', call: () => ({ big: big ? '1' : '' }) },
  );
  const [word, now, created] = plain as Reply;
  partition.refuses = word !== 'ok';
  if (word !== 'ok') return null;
  connection.clock.observe(Number(now), sent, mono());
  return { now: Number(now), created: Number(created) };
}

/** What it waits for, as lua/include/await-parents.lua reads it. */
function waitsOf({ parents, options }: TaskDraft): string {
  if (!parents || parents.length === 0) return '';
  const policy = options?.onParentDeath === 'run' ? 'r' : 'c';
  return `${policy} ${parents.map(({ id, queue }) => `${queue} ${id}`).join(' ')}`;
}
