/** The leader's writes on Redis: each carries the term, each answers `fenced` when another is in office. */

import type { Fenced, LeaderStore, PlanEntry, PlanWord, Term } from '../contract/index.js';
import type { Call } from './call.js';
import { encodeLedger } from './ledgers.js';
import type { Link, Reply } from './link.js';
import { laneName, type Partition } from './partition.js';
import { encodeTask } from './record.js';
import { items } from './wire.js';

export function leaderVerbs(link: Link): LeaderStore {
  return {
    allocateTerm: (node, lockValue, lockKey) => allocateTerm(link, node, lockValue, lockKey),
    takeOffice: (queue, term) => takeOffice(link, link.partition(queue), term),
    plan: (queue, term, entries) => plan(link, link.partition(queue), term, entries),
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
