/** What is wrong right now and can be seen by looking: queues, workers, file sets, the leader. */

import { someAtATime } from '../runtime/some-at-a-time.js';
import { heldBecause } from '../sets/judge.js';
import { timeOf } from '../store/contract/clock.js';
import type { QueueFacts, SetRecord, Store } from '../store/contract/index.js';
import { type SkipStore, skipsBehindIdle } from './skip-behind-idle.js';
import { type Alert, type AlertKind, alertOf } from './view.js';

/** The kinds that are found by looking. */
export const PRESENT_KINDS: readonly AlertKind[] = [
  'skipBehindIdle',
  'noWorker',
  'queuePaused',
  'noLeader',
  'setHeld',
  'setInvalid',
];

/** Queues that are counted at a time, and handlers without a worker that are told of one queue. */
const AT_ONCE = 50;
const MOST_HANDLERS = 20;

export interface PresentStore
  extends Pick<Store, 'clock' | 'time' | 'queues' | 'queueFacts' | 'setRecords' | 'present' | 'office'>,
    SkipStore {}

/** `hasLeader`: whether somebody leads, as far as this process sees. `since` is now where nothing says better. */
export async function presentAlerts(
  store: PresentStore,
  hasLeader: () => Promise<boolean>,
): Promise<Alert[]> {
  const now = await timeOf(store);
  const queues = await store.queues();
  const facts: QueueFacts[] = [];
  await someAtATime(queues.entries(), AT_ONCE, async ([i, queue]) => {
    facts[i] = await store.queueFacts(queue);
  });
  const [skips, records, invalid, leaderless] = await Promise.all([
    skipsBehindIdle(store, queues, now),
    store.setRecords(),
    invalidSets(store, now),
    noLeader(store, hasLeader, now),
  ]);
  return [
    ...facts.flatMap((one) => ofQueue(one, now)),
    ...skips,
    ...records.flatMap((record) => held(record)),
    ...invalid,
    ...leaderless,
  ];
}

function ofQueue({ queue, paused, unroutable }: QueueFacts, now: number): Alert[] {
  const handlers = Object.entries(unroutable).slice(0, MOST_HANDLERS);
  return [
    ...(paused
      ? [alertOf('queuePaused', queue, now, `the queue ${queue} is paused: it hands nothing out`)]
      : []),
    ...handlers.map(([handler, count]) => {
      const tasks = count === 1 ? '1 task waits' : `${count} tasks wait`;
      const text = `${tasks} in the queue ${queue} for the handler ${handler}, which no worker of that queue has`;
      return alertOf('noWorker', `${queue}/${handler}`, now, text);
    }),
  ];
}

function held({ set, held: proposal, live }: SetRecord): Alert[] {
  if (!proposal) return [];
  const because = heldBecause(proposal.reason, proposal, live);
  const text = `the schedule files of the set ${set} are held: ${because}`;
  return [alertOf('setHeld', set, proposal.at, text)];
}

async function invalidSets(store: PresentStore, now: number): Promise<Alert[]> {
  const nodes = await store.present('node');
  const sets = new Map<string, string>();
  for (const { name, files } of nodes) {
    if (!files?.set || files.problems === 0 || sets.has(files.set)) continue;
    const [first] = files.shown ?? [];
    const more = files.problems > 1 ? `, and ${files.problems - 1} more` : '';
    const what = first ? `${first.pointer}: ${first.detail}${more}` : `${files.problems} problems`;
    sets.set(files.set, `the schedule files of the set ${files.set} on ${name} are not valid: ${what}`);
  }
  return [...sets].map(([set, text]) => alertOf('setInvalid', set, now, text));
}

async function noLeader(
  store: PresentStore,
  hasLeader: () => Promise<boolean>,
  now: number,
): Promise<Alert[]> {
  if (await hasLeader()) return [];
  const office = await store.office();
  // The watermark is `<term>:<ms>`: the last sign of the one before.
  const since = Number(office?.planned?.split(':')[1] ?? office?.since ?? now);
  const text = 'no node leads: what was planned still runs, nothing new is planned';
  return [alertOf('noLeader', 'cluster', since, text)];
}
