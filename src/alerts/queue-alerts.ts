/** What is wrong with one queue, by its figures. Pure. */

import { formatInstant } from '../domain/input/instants.js';
import { saidLength } from '../schedules/said-times.js';
import type { QueueFacts, RateRule } from '../store/contract/index.js';
import type { AlertKind } from './kinds.js';
import { OUTWARD_QUEUE } from './outward.js';
import { type Alert, alertOf } from './view.js';

/** The kinds that are found here. */
export const QUEUE_KINDS: readonly AlertKind[] = [
  'noWorker',
  'queuePaused',
  'limitFull',
  'rateClosed',
  'backlog',
  'deadBurst',
];

/** Handlers without a worker that are told of one queue. */
const MOST_HANDLERS = 20;
/** A backlog grows where it has for at least this long, ms, by so many tasks and by this part of it. */
const GROWS_FOR = 20_000;
const WINDOW = 60_000;
const GROWN_BY = 20;
const GROWN_PART = 0.1;
/** Nobody has waited for as long as this (ms): what came at once is about to be taken. */
const PATIENCE = 10_000;
/** So many dead tasks within minutes are many, and so many times as many as usual are far more. */
const MANY_DEAD = 10;
const TIMES_USUAL = 5;
/** Of how many stretches of those minutes a day is made, without the last one. */
const STRETCHES = 287;

export interface QueueLook {
  wrong: Alert[];
  /** Kinds of which nothing can be said now: those that stand go on standing. */
  unknown: readonly AlertKind[];
}

export function queueAlerts(facts: QueueFacts): QueueLook {
  // What tells of alerts raises none about itself.
  if (facts.queue === OUTWARD_QUEUE) return { wrong: paused(facts), unknown: [] };
  const growth = growthOf(facts);
  return {
    wrong: [
      ...paused(facts),
      ...noWorker(facts),
      ...limitFull(facts),
      ...rateClosed(facts),
      ...(growth === 'unknown' ? [] : growth),
      ...deadBurst(facts),
    ],
    unknown: growth === 'unknown' ? ['backlog'] : [],
  };
}

const waits = (count: number): string => (count === 1 ? '1 task waits' : `${count} tasks wait`);

function paused({ queue, paused, ready, pace }: QueueFacts): Alert[] {
  if (!paused) return [];
  const behind = ready > 0 ? `, and ${waits(ready)}` : '';
  return [
    alertOf('queuePaused', queue, pace.now, `the queue ${queue} is paused: it hands nothing out${behind}`),
  ];
}

function noWorker({ queue, unroutable, pace }: QueueFacts): Alert[] {
  const handlers = Object.entries(unroutable).slice(0, MOST_HANDLERS);
  return handlers.map(([handler, count]) => {
    const what = `${waits(count)} in the queue ${queue} for the handler ${handler}, which no worker of that queue has`;
    return alertOf('noWorker', `${queue}/${handler}`, pace.now, what);
  });
}

/** Ready tasks that some worker could run. */
function wanted({ ready, unroutable }: QueueFacts): number {
  return ready - Object.values(unroutable).reduce((sum, count) => sum + count, 0);
}

function limitFull(facts: QueueFacts): Alert[] {
  const { queue, settings, running, ready, scheduled, retrying, pace } = facts;
  const { concurrency, maxDepth } = settings;
  const alerts: Alert[] = [];
  if (concurrency !== undefined && running >= concurrency && wanted(facts) > 0 && !facts.paused) {
    const what = `the queue ${queue} runs ${running === 1 ? '1 task' : `${running} tasks`}, as many as its concurrency allows, and ${waits(ready)}`;
    alerts.push(alertOf('limitFull', queue, pace.now, what, 'concurrency'));
  }
  const depth = scheduled + retrying + ready;
  if (maxDepth !== undefined && depth >= maxDepth) {
    const what = `${waits(depth)} in the queue ${queue}, as many as its maxDepth allows: new ones are refused`;
    alerts.push(alertOf('limitFull', queue, pace.now, what, 'maxDepth'));
  }
  return alerts;
}

function rateClosed(facts: QueueFacts): Alert[] {
  const { queue, ready, settings, pace } = facts;
  const { rateOpensAt } = pace;
  if (rateOpensAt === undefined || wanted(facts) <= 0 || facts.paused) return [];
  const rules = [settings.rate ?? []].flat().filter(({ key }) => !key);
  const opens = formatInstant(rateOpensAt);
  const what = `the queue ${queue} has used up its rate (${rules.map(saidRule).join(', ')}): ${waits(ready)}, and it opens at ${opens}`;
  return [alertOf('rateClosed', queue, pace.now, what)];
}

const saidRule = ({ limit, per }: RateRule): string => `${limit} in ${per}`;

function growthOf({ queue, ready, pace }: QueueFacts): Alert[] | 'unknown' {
  const { now, samples, totals, oldestAt = now } = pace;
  if (ready < GROWN_BY || now - oldestAt < PATIENCE) return [];
  const before = samples.find(({ at }) => now - at <= WINDOW);
  const last = samples.at(-1);
  if (!before || !last || now - before.at < GROWS_FOR) return 'unknown';
  const grown = ready - before.ready;
  if (grown < Math.max(GROWN_BY, before.ready * GROWN_PART) || ready < last.ready) return [];
  const minutes = (now - before.at) / 60_000;
  const started = Math.max(0, totals.started - before.started);
  const drains =
    started === 0
      ? 'nothing of it is begun'
      : `if nothing came any more it would be gone in ${saidLength((ready * (now - before.at)) / started)}`;
  const what = `the backlog of the queue ${queue} grows: ${waits(ready)}, ${grown} more than ${saidLength(now - before.at)} ago; ${Math.round(started / minutes)} a minute are begun, ${drains}`;
  return [alertOf('backlog', queue, before.at, what)];
}

function deadBurst({ queue, pace }: QueueFacts): Alert[] {
  const { lately, day } = pace.died;
  const usual = (day - lately) / STRETCHES;
  if (lately < MANY_DEAD || lately < TIMES_USUAL * usual) return [];
  const said = usual >= 1 ? `usually it is ${Math.round(usual)}` : 'usually it is none';
  const what = `${lately} tasks of the queue ${queue} died within 5 minutes, ${said}`;
  return [alertOf('deadBurst', queue, pace.now, what)];
}

/** The queue that an alert of one of these kinds is about. */
export function queueOf({ subject }: { subject: string }): string {
  return subject.split('/', 1)[0] ?? subject;
}
