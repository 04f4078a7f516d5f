/** The leader's writes on Redis: each carries the term, each answers `fenced` when another is in office. */

import type { Fenced, LeaderStore, PlanEntry, PlanWord, Term } from '../contract/index.js';
import type { Call } from './call.js';
import type { Connection, Reply } from './connection.js';
import { encodeLedger } from './ledgers.js';
import { laneName, type Partition } from './partition.js';
import { encodeTask } from './record.js';
import { reignVerbs } from './reigns.js';
import { revisionText } from './schedule-record.js';
import { laneKind, tiesOf } from './ties.js';
import { items } from './wire.js';

export function leaderVerbs(connection: Connection): LeaderStore {
  return {
    allocateTerm: (node, lockValue, lockKey) => allocateTerm(connection, node, lockValue, lockKey),
    async leaveOffice({ token }, { end, ...more }) {
      await connection.call('leave-office', connection.shared, {
        token,
        why: `${end} ${JSON.stringify(more)}`,
      });
    },
    ...reignVerbs(connection),
    takeOffice: (queue, term) => takeOffice(connection, connection.partition(queue), term),
    async markPlanned({ token, number }, settled) {
      const args = { token, number, settled: settled ? '1' : '' };
      const [word] = await connection.call('mark-planned', connection.shared, args);
      return word === 'ok' ? 'ok' : 'fenced';
    },
    plan: (queue, term, entries) => plan(connection, connection.partition(queue), term, entries),
  };
}

async function allocateTerm(
  connection: Connection,
  node: string,
  lockValue: string,
  lockKey?: string,
): Promise<Term | null> {
  const [word, number, token, since] = await connection.call('allocate-term', connection.shared, {
    node,
    lockValue,
    lockKey: lockKey ?? '',
  });
  if (word !== 'ok') return null;
  return { number: Number(number), token: String(token), node, since: Number(since), lockValue };
}

async function takeOffice(connection: Connection, partition: Partition, term: Term): Promise<'ok' | Fenced> {
  const { number, token, node } = term;
  const [word] = await connection.call('take-office', partition, { number, token, node });
  return word === 'ok' ? 'ok' : refused(partition, word);
}

/** A partition that was emptied has no term: nobody leads it until it is opened again, by who wins office next. */
function refused(partition: Partition, word: Reply[number] | undefined): Fenced {
  if (word === 'unopened') partition.forget();
  return 'fenced';
}

async function plan(
  connection: Connection,
  partition: Partition,
  term: Term,
  entries: readonly PlanEntry[],
): Promise<PlanWord[] | Fenced> {
  const names = new Set(
    entries.flatMap(({ occurrences }) =>
      occurrences.map(({ draft }) => laneName(draft.priority, draft.handler, laneKind(draft))),
    ),
  );
  const build = async (): Promise<Call<'plan'>> => {
    await connection.lanes(partition, [...names]);
    const args: (string | number)[] = [];
    for (const entry of entries) {
      const { late = [], ledger: write } = entry;
      const taken = write?.taken ?? [];
      const { version, ledger, open, told } = encodeLedger(write);
      const revision = entry.revision === null ? '' : revisionText(entry.revision);
      args.push(entry.schedule, revision, entry.cursor ?? '', entry.next ?? '');
      args.push(entry.occurrences.length, late.length, taken.length, version, ledger, open);
      const [first] = entry.occurrences;
      // All of them are made by one definition.
      args.push(entry.uncounted ? '1' : '', first ? tiesOf(first.draft) : '', told);
      for (const { draft } of entry.occurrences) {
        const lane = partition.laneOf(laneName(draft.priority, draft.handler, laneKind(draft))) ?? '';
        args.push(lane, draft.id, draft.due, encodeTask(lane, draft));
      }
      args.push(...late, ...taken);
    }
    return { token: term.token, more: items(args) };
  };
  let [word, letters] = await connection.call('plan', partition, await build());
  if (word === 'birth') {
    partition.forget();
    await connection.open(partition);
    [word, letters] = await connection.call('plan', partition, await build());
  }
  if (word !== 'ok') return refused(partition, word);
  return [...String(letters)].map((letter) =>
    letter === 'p' ? 'planned' : letter === 'f' ? 'full' : 'stale',
  );
}
