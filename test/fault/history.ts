/** What a fault run leaves behind, as the checker reads it. `at` is the host's monotonic ms, `wall` ms since 1970. */

export type Calendar = { every: number } | { seconds: number[] } | { at: number };

/** Something asked for and acknowledged: it took effect at an unknown instant between the two (wall). */
export interface Edit {
  asked: number;
  acked: number;
}

/** A time during which a schedule was to fire. */
export interface Live {
  from: Edit;
  to: Edit;
}

export interface FateSeen {
  nominal: number;
  fate: string;
}

export interface ScheduleSeen {
  id: string;
  calendar: Calendar;
  live: Live[];
  /** The ledger; null for a schedule that was deleted, whose ledger can no longer be asked for. */
  fates: FateSeen[] | null;
  /** Closed ranges the ledger calls missed. */
  missed: { from: number; to: number }[];
}

/** A one-off task somebody tried to create. */
export interface Creation {
  /** Carried in the payload, so that the task is known even when its id never reached us. */
  n: number;
  /** Of an acknowledged creation. */
  id: string | null;
  handler: string;
  /** Earliest start by our own arithmetic (wall). */
  due: number;
  maxAttempts: number;
  /** The last attempt anybody had claimed when its cancellation was acknowledged, 0 for none; null: it was not cancelled. */
  cancelledAfter: number | null;
}

/** One run of a handler, written down by the handler itself. */
export interface Execution {
  id: string;
  attempt: number;
  /** The payload's number; null for an occurrence. */
  n: number | null;
  /** Name of the worker process; new for every process. */
  worker: string;
  startedAt: number;
  startedWall: number;
  /** When its worker took it up, as the handler was told (wall). */
  takenUpAt: number;
  /** The due time the handler was told (wall). */
  dueAt: number;
  /** The nominal time the handler was told; null for a one-off task. */
  nominal: number | null;
  endedAt: number | null;
  end: 'ok' | 'error' | 'dies' | null;
}

/** One worker process from start to end. */
export interface WorkerLife {
  name: string;
  endedAt: number | null;
  /** Times in which it surely did nothing: stopped, or starved. */
  silences: { from: number; to: number }[];
}

export interface AttemptSeen {
  attempt: number;
  worker: string;
  outcome: string;
  finishedAt: string;
  error?: { message: string };
}

export interface TaskSeen {
  id: string;
  state: string;
  failures: number;
  maxAttempts: number;
  attempts: AttemptSeen[];
}

/** A leader's write that passed the fence, in the order in which Redis ran them. */
export interface LeaderWrite {
  partition: string;
  term: number;
}

export interface History {
  leaseMs: number;
  /** Back-off of every task in the run, fixed (ms). */
  retryDelay: number;
  schedules: ScheduleSeen[];
  creations: Creation[];
  executions: Execution[];
  /** As the API shows them at the end, by id; null for one that it does not find. */
  tasks: ReadonlyMap<string, TaskSeen | null>;
  workers: WorkerLife[];
  /** Endings that a worker was told are not accepted. */
  refusals: { worker: string; id: string }[];
  /** Terms of the leader in the order in which they were seen. */
  terms: number[];
  leaderWrites: LeaderWrite[];
  /** Processes that ended although nobody ended them. */
  strangeEnds: { name: string; how: string }[];
}

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I6' | 'I7' | 'I8' | 'I9' | 'I15';

export interface Violation {
  invariant: Invariant;
  what: string;
}

/** The schedule and nominal time that an occurrence's id names; null for a one-off task. */
export function occurrenceIn(id: string): { schedule: string; nominal: number } | null {
  const match = /^([^@]+)@(\d+)/.exec(id);
  return match ? { schedule: match[1] ?? '', nominal: Number(match[2]) } : null;
}

/** The worker process behind a worker id `<name>~<random>`. */
export function nameOf(worker: string): string {
  return worker.split('~')[0] ?? worker;
}

export function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
