/** What may be wrong, in one table: how bad it is, what it means, what to do, and for how long it must be so or be over. */

export interface Kind {
  severity: 'critical' | 'warning' | 'info';
  /** What it is about, as `subject` has it. */
  subject: 'schedule' | 'queue' | 'queue/handler' | 'set' | 'cluster' | 'clock';
  /** What has happened, one clause. */
  means: string;
  /** What to do about it, one clause; `<subject>` stands for what it is about. */
  advice: string;
  /** It must be so for this long before it is raised, and over for as long before it is cleared, ms. */
  raiseAfter: number;
  clearAfter: number;
}

const SECONDS = 1_000;

export const KINDS = {
  expectation: {
    ...{ severity: 'warning', subject: 'schedule', raiseAfter: 0, clearAfter: 0 },
    means: 'a run did not start, end or succeed within what its schedule expects, or there was none',
    advice: '`carillon schedules explain <subject>` tells what became of it',
  },
  skipBehindIdle: {
    ...{ severity: 'warning', subject: 'schedule', raiseAfter: 0, clearAfter: 0 },
    means: 'instants are skipped behind a run that has not ended and that nobody works on',
    advice: 'give it a worker, or cancel that run',
  },
  schedulePaused: {
    ...{ severity: 'warning', subject: 'schedule', raiseAfter: 0, clearAfter: 0 },
    means: 'a schedule paused itself after so many dead runs in a row as its `pauseAfter` says',
    advice: 'once the cause is mended `carillon schedules resume <subject>` lets it run again',
  },
  noWorker: {
    ...{ severity: 'warning', subject: 'queue/handler', raiseAfter: 5 * SECONDS, clearAfter: 0 },
    means: 'tasks are ready whose handler no present worker of their queue has',
    advice: 'start a worker that has it and serves the queue',
  },
  queuePaused: {
    ...{ severity: 'info', subject: 'queue', raiseAfter: 0, clearAfter: 0 },
    means: 'a queue is paused and hands nothing out',
    advice: '`carillon queues resume <subject>` lets it go on',
  },
  limitFull: {
    ...{ severity: 'info', subject: 'queue', raiseAfter: 10 * SECONDS, clearAfter: 15 * SECONDS },
    means:
      'a queue runs as many tasks as its `concurrency` allows and others wait for it, or holds as many as its `maxDepth` allows and refuses new ones',
    advice: 'raise the limit with `carillon queues set <subject>`, or give it time',
  },
  rateClosed: {
    ...{ severity: 'info', subject: 'queue', raiseAfter: 10 * SECONDS, clearAfter: 15 * SECONDS },
    means: 'a queue has started as many tasks as its `rate` allows, and others wait for it to open',
    advice: 'give it time, or change the rate with `carillon queues set <subject>`',
  },
  backlog: {
    ...{ severity: 'warning', subject: 'queue', raiseAfter: 0, clearAfter: 30 * SECONDS },
    means: 'more and more tasks of a queue wait for a worker',
    advice: 'start more workers, or raise their concurrency',
  },
  deadBurst: {
    ...{ severity: 'warning', subject: 'queue', raiseAfter: 0, clearAfter: 60 * SECONDS },
    means: 'within minutes far more tasks of a queue died than usual',
    advice:
      '`carillon tasks errors --queue <subject>` groups them by cause; once that is mended `carillon tasks redrive` brings them back',
  },
  noLeader: {
    ...{ severity: 'critical', subject: 'cluster', raiseAfter: 5 * SECONDS, clearAfter: 0 },
    means: 'no node leads: what was planned still runs, nothing new is planned',
    advice:
      'see in the logs of the nodes why none can take the lock; with CARILLON_LOCK_URLS ask those masters',
  },
  setHeld: {
    ...{ severity: 'warning', subject: 'set', raiseAfter: 0, clearAfter: 0 },
    means: 'schedule files were put forward and are held: the ones before them stay in force',
    advice:
      '`carillon sets show <subject>` tells what would change, `carillon sets apply <subject>` lets it through',
  },
  setInvalid: {
    ...{ severity: 'warning', subject: 'set', raiseAfter: 0, clearAfter: 0 },
    means: 'a node has schedule files that are not valid: the last good ones stay in force',
    advice: 'mend them; `carillon schedules validate` checks them',
  },
  clockStep: {
    ...{ severity: 'warning', subject: 'clock', raiseAfter: 0, clearAfter: 0 },
    means: 'the clock of a Redis was stepped by a second or more in the last ten minutes',
    advice: 'see that its host slews its clock rather than stepping it',
  },
} as const satisfies Record<string, Kind>;

export type AlertKind = keyof typeof KINDS;

export const ALERT_KINDS = Object.keys(KINDS) as AlertKind[];

/** null: of another release. */
export function kindOf(kind: string): Kind | null {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind as AlertKind] : null;
}

/** What to do, as it stands in a text. */
export function adviceOn(kind: AlertKind, subject: string): string {
  return KINDS[kind].advice.replaceAll('<subject>', subject);
}
