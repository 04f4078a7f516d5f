/** What is wrong right now and can be seen by looking: queues, file sets, the leader, clocks. */

import { heldBecause } from '../sets/judge.js';
import type { AlertRecord, QueueFacts, SetRecord, Store } from '../store/contract/index.js';
import { type AlertKind, KINDS } from './kinds.js';
import { QUEUE_KINDS, type QueueLook, queueAlerts, queueOf } from './queue-alerts.js';
import type { Seen } from './reconcile.js';
import { type Among, type SkipStore, skipsBehindIdle } from './skip-behind-idle.js';
import { type Alert, alertOf } from './view.js';

export interface PresentStore
  extends Pick<
      Store,
      'clock' | 'time' | 'queues' | 'told' | 'queuesFacts' | 'setRecords' | 'present' | 'office'
    >,
    SkipStore {}

type Named = Pick<AlertRecord, 'kind' | 'subject'>;

export const seenNothing: Seen = { wrong: [], mine: () => false };

/** What several looks have seen together. */
export function seenTogether(looks: readonly Seen[]): Seen {
  return {
    wrong: looks.flatMap(({ wrong }) => wrong),
    mine: (alert) => looks.some(({ mine }) => mine(alert)),
  };
}

/** What a look at a queue has found. */
export interface QueueSeen extends QueueLook {
  facts: QueueFacts;
}

export async function lookAtQueues(
  store: Pick<Store, 'queuesFacts'>,
  queues: readonly string[],
): Promise<Map<string, QueueSeen>> {
  const seen = new Map<string, QueueSeen>();
  for (const facts of await store.queuesFacts(queues)) {
    seen.set(facts.queue, { ...queueAlerts(facts), facts });
  }
  return seen;
}

/** What is seen of these queues, and nothing of others. */
export function seenOf(queues: ReadonlyMap<string, QueueLook>): Seen {
  const mine = (alert: Named): boolean =>
    isOfQueue(alert) && queues.get(queueOf(alert))?.unknown.includes(alert.kind as AlertKind) === false;
  return { wrong: [...queues.values()].flatMap(({ wrong }) => wrong), mine };
}

export const isOfQueue = (alert: Named): boolean => isOf(QUEUE_KINDS, alert);

/** Of queues that are gone nothing stands. */
export function lookAtGone(queues: readonly string[]): Seen {
  const there = new Set(queues);
  return { wrong: [], mine: (alert) => isOfQueue(alert) && !there.has(queueOf(alert)) };
}

/** Schedules that are skipped, in these queues or for a while; file sets. */
export async function lookAtRest(store: PresentStore, among: Among, now: number): Promise<Seen> {
  const [skips, records, invalid] = await Promise.all([
    skipsBehindIdle(store, among, now),
    store.setRecords(),
    invalidSets(store, now),
  ]);
  const wrong = [...skips, ...records.flatMap((record) => held(record)), ...invalid];
  return { wrong, mine: (alert) => isOf(['skipBehindIdle', 'setHeld', 'setInvalid'], alert) };
}

function held({ set, held: proposal, live }: SetRecord): Alert[] {
  if (!proposal) return [];
  const because = heldBecause(proposal.reason, proposal, live);
  return [alertOf('setHeld', set, proposal.at, `the schedule files of the set ${set} are held: ${because}`)];
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
  return [...sets].map(([set, what]) => alertOf('setInvalid', set, now, what));
}

/** How this process sees whether somebody leads. */
export interface LeaderLook {
  hasLeader(): Promise<boolean>;
  /** How long the lock of a leader that died stands, ms. */
  leaderTtlMs: number;
}

/** An election may need more than one turn: so many lengths of the lock pass before nobody leading is a fault. */
const ELECTIONS = 3;

export async function lookForLeader(
  store: Pick<Store, 'office'>,
  { hasLeader, leaderTtlMs }: LeaderLook,
  now: number,
): Promise<Seen> {
  const mine = (alert: Named): boolean => isOf(['noLeader'], alert);
  if (await hasLeader()) return { wrong: [], mine };
  const office = await store.office();
  // The watermark is `<term>:<ms>`: the last sign of the one before.
  const since = Number(office?.planned?.split(':')[1] ?? office?.since ?? now);
  const what = 'no node leads: what was planned still runs, nothing new is planned';
  const raiseAfter = Math.max(KINDS.noLeader.raiseAfter, ELECTIONS * leaderTtlMs);
  return { wrong: [{ ...alertOf('noLeader', 'cluster', since, what), raiseAfter }], mine };
}

const isOf = (kinds: readonly AlertKind[], { kind }: { kind: string }): boolean =>
  kinds.includes(kind as AlertKind);
