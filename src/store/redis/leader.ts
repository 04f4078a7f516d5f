/** The leader's writes on Redis: each carries the term, each answers `fenced` when another is in office. */

import type { Fenced, LeaderStore, PlanEntry, PlanWord, Retention, Term } from '../contract/index.js';
import type { Call } from './call.js';
import { encodeLedger } from './ledgers.js';
import { CALL_TASKS } from './limits.js';
import type { Link, Reply } from './link.js';
import { laneName, type Partition } from './partition.js';
import { decodeEnding, encodeTask } from './record.js';
import { items } from './wire.js';

/** When nothing is near its end of retention, look again after this (ms). */
const LOOK_AGAIN = 60_000;
/** Until the next sweep while there is something to be swept (ms). */
const SWEEP_AGAIN = 1_000;
/** Endings read in one look: each may carry a result of 1 MiB. */
const ENDINGS = 200;

export function leaderVerbs(link: Link): LeaderStore {
  return {
    allocateTerm: (node, lockValue, lockKey) => allocateTerm(link, node, lockValue, lockKey),
    takeOffice: (queue, term) => takeOffice(link, link.partition(queue), term),
    plan: (queue, term, entries) => plan(link, link.partition(queue), term, entries),
    prune: (queue, term, retention) => prune(link, link.partition(queue), term, retention),
  };
}

async function allocateTerm(
  link: Link,
  node: string,
  lockValue: string,
  lockKey?: string,
): Promise<Term | null> {
  const [word, number, token, since] = await link.call('allocate-term', link.shared, {
    node,
    lockValue,
    lockKey: lockKey ?? '',
  });
  if (word !== 'ok') return null;
  return { number: Number(number), token: String(token), node, since: Number(since), lockValue };
}

async function takeOffice(link: Link, partition: Partition, term: Term): Promise<'ok' | Fenced> {
  const { number, token, node } = term;
  const [word] = await link.call('take-office', partition, { number, token, node });
  return word === 'ok' ? 'ok' : refused(partition, word);
}

/** A partition that was emptied has no term: nobody leads it until it is opened again, by who wins office next. */
function refused(partition: Partition, word: Reply[number] | undefined): Fenced {
  if (word === 'unopened') partition.forget();
  return 'fenced';
}

async function plan(
  link: Link,
  partition: Partition,
  term: Term,
  entries: readonly PlanEntry[],
): Promise<PlanWord[] | Fenced> {
  const names = new Set(
    entries.flatMap(({ occurrences }) =>
      occurrences.map(({ draft }) => laneName(draft.priority, draft.handler)),
    ),
  );
  const build = async (): Promise<Call<'plan'>> => {
    await link.lanes(partition, [...names]);
    const args: (string | number)[] = [];
    for (const entry of entries) {
      const { late = [], ledger: write } = entry;
      const taken = write?.taken ?? [];
      const { version, ledger, open } = encodeLedger(write);
      args.push(entry.schedule, entry.revision ?? '', entry.cursor ?? '', entry.next ?? '');
      args.push(entry.occurrences.length, late.length, taken.length, version, ledger, open);
      for (const { draft } of entry.occurrences) {
        const lane = partition.laneOf(laneName(draft.priority, draft.handler)) ?? '';
        args.push(lane, draft.id, draft.due, encodeTask(lane, draft));
      }
      args.push(...late, ...taken);
    }
    return { token: term.token, more: items(args) };
  };
  let [word, letters] = await link.call('plan', partition, await build());
  if (word === 'reborn') {
    partition.forget();
    await link.open(partition);
    [word, letters] = await link.call('plan', partition, await build());
  }
  if (word !== 'ok') return refused(partition, word);
  return [...String(letters)].map((letter) => (letter === 'p' ? 'planned' : 'stale'));
}

async function prune(
  link: Link,
  partition: Partition,
  term: Term,
  retention: Retention,
): Promise<{ pruned: number; again: number } | Fenced> {
  const { keys } = partition;
  const now = await link.time();
  const completed = await overdueCompleted(link, partition, now, retention);
  const others = await Promise.all([
    overdueIn(link, keys.dead, now, retention.dead, retention.atLeast),
    overdueIn(link, keys.cancelled, now, retention.completed, retention.atLeast),
  ]);
  const ids = [...completed.ids, ...others.flatMap(({ ids }) => ids)];
  const again = Math.min(completed.again, ...others.map((other) => other.again));
  // Asked even when there is nothing to delete: the answer also tells whether this term is still in office.
  const [word, pruned, swept] = await link.call('prune', partition, {
    token: term.token,
    completed: completed.ids.length,
    more: items(ids),
  });
  if (word !== 'ok') return refused(partition, word);
  // Where entries of deleted tasks were swept there may be more.
  return { pruned: Number(pruned), again: Number(swept) > 0 ? Math.min(again, SWEEP_AGAIN) : again };
}

interface Overdue {
  ids: string[];
  again: number;
}

/** The head of the completed list that is past retention by age or by count. */
async function overdueCompleted(
  link: Link,
  partition: Partition,
  now: number,
  retention: Retention,
): Promise<Overdue> {
  const { keys } = partition;
  const length = await link.ask((redis) => redis.llen(keys.finished));
  if (length === 0) return { ids: [], again: LOOK_AGAIN };
  const head = await link.ask((redis) => redis.lrange(keys.finished, 0, ENDINGS - 1));
  const endings = await link.ask((redis) => redis.hmget(keys.endings, ...head));
  const surplus = length - retention.completed.count;
  const ids: string[] = [];
  for (const [i, id] of head.entries()) {
    const ending = endings[i];
    const age = ending ? now - decodeEnding(ending).finishedAt : Number.POSITIVE_INFINITY;
    const allowed = i < surplus ? retention.atLeast : Math.max(retention.atLeast, retention.completed.age);
    if (age < allowed) return { ids, again: Math.min(LOOK_AGAIN, Math.max(1, allowed - age)) };
    ids.push(id);
  }
  return { ids, again: head.length < length ? 0 : LOOK_AGAIN };
}

/** The same for the sets that are scored by the time of the ending. */
async function overdueIn(
  link: Link,
  key: string,
  now: number,
  keep: { count: number; age: number },
  atLeast: number,
): Promise<Overdue> {
  const surplus = (await link.ask((redis) => redis.zcard(key))) - keep.count;
  const rows = await link.ask((redis) => redis.zrange(key, 0, String(CALL_TASKS - 1), 'WITHSCORES'));
  const ids: string[] = [];
  for (let i = 0; i < rows.length; i += 2) {
    const age = now - Number(rows[i + 1]);
    const allowed = i / 2 < surplus ? atLeast : Math.max(atLeast, keep.age);
    if (age < allowed) return { ids, again: Math.min(LOOK_AGAIN, Math.max(1, allowed - age)) };
    ids.push(rows[i] ?? '');
  }
  return { ids, again: rows.length === 2 * CALL_TASKS ? 0 : LOOK_AGAIN };
}
