/** Parents and children on Redis: what parents came to, and the relay of outboxes. */

import { grouped } from '../../runtime/grouped.js';
import type { FlowStore, TaskEnd } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';
import { queuesOf } from './places.js';
import { decodeEnding } from './record.js';
import { items } from './wire.js';

/** Messages delivered in one round. */
const ROUND = 500;
/** Tasks asked for in one call. */
const ASKED = 1_000;
/** Bytes of endings in one call, about. */
const ENDINGS = 1_000_000;
/** Children that a look at their parents' queues takes for all of them. */
const SAMPLE = 100;

const STATES = { w: 'open', c: 'completed', d: 'dead', x: 'cancelled' } as const;

export function flowVerbs(connection: Connection): FlowStore {
  return {
    endsOf: (ids, told = false) => endsOf(connection, ids, told),
    relay: (queue) => relay(connection, connection.partition(queue)),
    parentQueues: (queue) => parentQueues(connection, connection.partition(queue)),
    onOwing(listener) {
      connection.owing.add(listener);
      return () => {
        connection.owing.delete(listener);
      };
    },
  };
}

async function endsOf(
  connection: Connection,
  ids: readonly string[],
  told: boolean,
): Promise<Map<string, TaskEnd>> {
  const found = new Map<string, TaskEnd>();
  for (const [queue, some] of await queuesWith(connection, ids)) {
    const partition = connection.partition(queue);
    for (let from = 0; from < some.length; ) {
      const asked = some.slice(from, from + ASKED);
      const bytes = told ? ENDINGS : 0;
      const reply = await connection.call('ends', partition, { bytes, more: items(asked) });
      if (reply[0] !== 'ok') break;
      const letters = String(reply[1]);
      for (const [i, letter] of [...letters].entries()) {
        const state = STATES[letter as keyof typeof STATES];
        if (state === undefined) continue;
        found.set(asked[i] ?? '', { queue, state, ...endingOf(String(reply[2 + i] ?? '')) });
      }
      from += letters.length;
    }
  }
  return found;
}

function endingOf(text: string): Pick<TaskEnd, 'result' | 'error' | 'reason'> {
  if (text === '') return {};
  const { state, last, reason } = decodeEnding(text);
  return {
    ...(state === 'completed' && last?.result !== undefined ? { result: last.result } : {}),
    ...(state !== 'completed' && last?.error ? { error: last.error } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Every queue that a task with one of these ids may be in, and which of them. */
async function queuesWith(connection: Connection, ids: readonly string[]): Promise<Map<string, string[]>> {
  const byHead = grouped(new Set(ids), headOf);
  const all = await connection.ask((redis) => redis.smembers(connection.registry.queues));
  const byQueue = new Map<string, string[]>();
  for (const [head, some] of byHead) {
    const queues = head.endsWith('@')
      ? await queuesOf(connection, head.slice(0, -1))
      : all.filter((queue) => connection.partition(queue).code === head);
    for (const queue of queues) byQueue.set(queue, (byQueue.get(queue) ?? []).concat(some));
  }
  return byQueue;
}

/** Of a run the id of its schedule and `@`, of another task the code of its queue. */
function headOf(id: string): string {
  const at = id.indexOf('@');
  return at > 0 ? id.slice(0, at + 1) : id.slice(0, Math.max(0, id.indexOf('-')));
}

async function parentQueues(connection: Connection, { keys }: Partition): Promise<string[]> {
  const rows = await connection.ask((redis) => redis.zrandmember(keys.parents, SAMPLE));
  if (rows.length === 0) return [];
  const parents = (rows as string[]).map((row) => row.slice(row.indexOf(' ') + 1));
  return [...(await queuesWith(connection, parents)).keys()];
}

/** A message as it stands in the outbox, and of a parent's end who is to be told. */
interface Message {
  text: string;
  asker: string;
}

/** What a child is told: `child` is `<lane>:<id>`, in `queue`. */
interface Answer {
  queue: string;
  child: string;
  parent: string;
  dies: boolean;
}

async function relay(
  connection: Connection,
  partition: Partition,
): Promise<{ delivered: number; more: boolean }> {
  const messages = await taken(connection, partition, [], ROUND);
  if (messages.length === 0) return { delivered: 0, more: false };
  const letters = await asked(connection, messages, partition.queue);
  const answers = messages.flatMap(
    (message, i) => answerOf(message, letters[i] ?? '', partition.queue) ?? [],
  );
  const byQueue = grouped(answers, ({ queue }) => queue);
  await Promise.all([...byQueue].map(([queue, some]) => answered(connection, queue, some)));
  const left = await taken(connection, partition, messages, 1);
  return { delivered: messages.length, more: left.length > 0 };
}

/** Takes out what was delivered, and answers what is next. */
async function taken(
  connection: Connection,
  partition: Partition,
  delivered: readonly Message[],
  limit: number,
): Promise<Message[]> {
  const more = items(delivered.flatMap(({ text, asker }) => [text, asker]));
  const [word, ...rows] = await connection.call('outbox', partition, { limit, more });
  if (word !== 'ok') return [];
  const messages: Message[] = [];
  for (let i = 0; i < rows.length; i += 2) {
    messages.push({ text: String(rows[i]), asker: String(rows[i + 1]) });
  }
  return messages;
}

/** `?<policy><queue> <parent> <lane>:<id>`, see lua/include/await-parents.lua. */
function questionIn(text: string): { policy: string; queue: string; parent: string; child: string } | null {
  if (!text.startsWith('?')) return null;
  const [head = '', parent = '', child = ''] = text.split(' ');
  return { policy: head.charAt(1), queue: head.slice(2), parent, child };
}

/** Asks parents, all of one queue in one call; a letter for each message, '' for one that is no question. */
async function asked(connection: Connection, messages: readonly Message[], from: string): Promise<string[]> {
  const letters = messages.map(() => '');
  const questions = messages.flatMap(({ text }, at) => {
    const question = questionIn(text);
    if (!question) return [];
    const { policy, queue, parent, child } = question;
    return [{ at, queue, row: { parent, asker: `${policy}${from} ${child}` } }];
  });
  const calls = [...grouped(questions, ({ queue }) => queue)].map(async ([queue, rows]) => {
    const more = connection.rows(
      'ask',
      rows.map(({ row }) => row),
    );
    const [word, answer] = await connection.call('ask', connection.partition(queue), { more });
    for (const [i, { at }] of rows.entries()) letters[at] = word === 'ok' ? String(answer).charAt(i) : 'u';
  });
  await Promise.all(calls);
  return letters;
}

/** Who is told what, where somebody is. A parent that is no longer there has ended and been pruned: it counts as completed. */
function answerOf({ text, asker }: Message, letter: string, here: string): Answer | null {
  const question = questionIn(text);
  if (question) {
    const { policy, parent, child } = question;
    return letter === 'w' ? null : { queue: here, child, parent, dies: dies(letter, policy) };
  }
  const blank = asker.indexOf(' ');
  const parent = text.slice(text.indexOf(':') + 1);
  const child = asker.slice(blank + 1);
  return { queue: asker.slice(1, blank), child, parent, dies: dies(text.charAt(1), asker.charAt(0)) };
}

function dies(letter: string, policy: string): boolean {
  return policy === 'c' && (letter === 'd' || letter === 'x');
}

async function answered(connection: Connection, queue: string, answers: readonly Answer[]): Promise<void> {
  const more = connection.rows(
    'answer',
    answers.map(({ child, parent, dies }) => ({ child, parent, dies: dies ? 1 : 0 })),
  );
  const partition = connection.partition(queue);
  const [, owes] = await connection.call('answer', partition, { more });
  if (owes === 1) connection.owes(partition);
}
