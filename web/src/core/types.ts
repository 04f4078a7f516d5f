/** The answers of the API that the pages read (docs/reference.md says more of each). */

import type { Task, TaskState } from '../../../src/domain/task/task.js';

export type { TaskAttempt, TaskError } from '../../../src/domain/task/task.js';
export type { Task, TaskState };

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** `atLeast`: of these states there may be more. */
export type Counts = Record<TaskState, number> & { atLeast?: TaskState[] };

export interface ClusterView {
  leader: { node: string; term: number; since: string } | null;
  nodes: NodeView[];
  self: string;
  version: string;
  redis: { version: string; time: string; usedMemory: number; connectedClients: number };
}

export interface NodeView {
  id: string;
  name: string;
  host: string;
  pid: number;
  version: string;
  role: 'leader' | 'standby';
  startedAt: string;
  seenAt: string;
  clockOffsetMs?: number;
  release?: string;
}

export interface RunView {
  nominalAt: string;
  dueAt: string;
  taskId: string;
  state: TaskState | 'pruned';
  latenessMs?: number;
  runMs?: number;
}

export interface ScheduleView {
  id: string;
  state: 'enabled' | 'disabled' | 'paused' | 'shadow' | 'finished' | 'faulty';
  description?: string;
  owner?: string;
  handler: string;
  queue: string;
  cron?: string | string[];
  every?: string;
  phase?: string;
  at?: string;
  timezone?: string;
  overlap: string;
  catchUp: { policy: string; window: string; max: number; perMinute?: number; grace: string };
  retry: Record<string, unknown>;
  dst?: { gap: string; fold: string };
  timeout?: string;
  jitter?: string;
  expiresIn?: string;
  startAt?: string;
  endAt?: string;
  maxRuns?: number;
  expect?: Record<string, string>;
  expectations?: {
    kind: string;
    limit: string;
    state: 'ok' | 'missed';
    since?: string;
    nominalAt?: string;
  }[];
  pauseAfter?: number;
  priority?: string;
  labels?: Record<string, string>;
  payload?: unknown;
  nextRuns: string[];
  nextDueAt?: string[];
  lastRun: { nominalAt: string; dueAt: string; taskId: string; state: TaskState | null } | null;
  runs?: RunView[];
  counters: { fired: number; missed: number };
  paused?: { at?: string; until?: string; reason?: string; by?: string };
  pausedBy?: string;
  fault?: string;
  finishedReason?: string;
  source: { kind: string; set: string; file?: string; line?: number; environment?: string; commit?: string };
  revision: number;
  createdAt: string;
  updatedAt: string;
}

export type Fate =
  | 'preview'
  | 'planned'
  | 'fired'
  | 'shadow'
  | 'coalesced'
  | 'skipped'
  | 'missed'
  | 'superseded'
  | 'unknown'
  | 'none';

export interface Occurrence {
  nominalAt: string;
  dueAt: string;
  fate: Fate;
  reason?: string;
  asked?: { by: string; at: string; reason?: string };
  taskId?: string;
  state?: TaskState | 'pruned';
  latenessMs?: number;
  term?: number;
  revision: number;
  dst?: 'gap' | 'fold';
}

export interface Explanation {
  at: string;
  nominalAt?: string;
  fate: Fate;
  reason?: string;
  sentence: string;
  taskId?: string;
  state?: TaskState | 'pruned';
  next?: string;
}

export interface QueueView extends Partial<Counts> {
  queue: string;
  paused: boolean;
  settings: Record<string, unknown>;
  oldestAgeMs?: number;
  rates?: { enqueued: number; started: number; completed: number; failed: number };
  drainsInMs?: number;
  limits?: Record<string, { limit: number; used: number }>;
  unroutable?: Record<string, number>;
  setByFile?: Record<string, string>;
}

/** What a worker was at when it said so last. */
export interface RunningTask {
  id: string;
  handler: string;
  queue: string;
  since: string;
}

export interface WorkerView {
  id: string;
  name: string;
  host: string;
  pid: number;
  version: string;
  queues: string[];
  handlers: string[];
  concurrency: number;
  running: RunningTask[];
  runningCount: number;
  quiet: boolean;
  stopping: boolean;
  asked?: Record<string, unknown>;
  processed?: number;
  failed?: number;
  retried?: number;
  memoryBytes?: number;
  load?: number;
  release?: string;
  lastBeatAt?: string;
  startedAt: string;
  seenAt: string;
}

export interface HandlerView {
  name: string;
  workers: { id: string; name: string }[];
  workerCount: number;
  queues: string[];
  scheduleCount: number;
  counts: { ready: number; running: number };
  exact?: false;
  /** JSON Schema of the payload. */
  schema?: Record<string, unknown>;
}

export interface AlertView {
  id: string;
  kind: string;
  subject: string;
  severity: 'critical' | 'warning' | 'info';
  since: string;
  text: string;
}

export interface OperationView {
  id: string;
  kind: string;
  filter: Record<string, unknown>;
  count: number;
  matched: number;
  done: number;
  failed: number;
  state: 'running' | 'done' | 'aborted';
  perMinute?: number;
  reason?: string;
  problem?: string;
  createdAt: string;
  finishedAt?: string;
  by: string;
}

export interface UpcomingItem {
  at: string;
  kind: 'occurrence' | 'task';
  id: string;
  handler: string;
  queue: string;
  schedule?: { id: string; nominalAt: string };
  state?: 'scheduled' | 'retrying';
}

/** ms; null where there was none. */
export interface Percentiles {
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

export interface StatsFigures {
  completed: number;
  failed: number;
  dead: number;
  cancelled: number;
  enqueued: number;
  skipped: number;
  missed: number;
  waitMs: Percentiles;
  runMs: Percentiles;
  latenessMs: Percentiles;
}

export interface Stats {
  from: string;
  to: string;
  step: string;
  items: (StatsFigures & { at: string })[];
  total: StatsFigures;
}

/** One event of `GET /v1/events`. */
export interface Happening {
  type: string;
  at: string;
  task?: {
    id: string;
    handler: string;
    queue: string;
    state: TaskState;
    attempt: number;
    schedule?: { id: string; nominalAt: string };
  };
  schedule?: string;
  queue?: string;
  worker?: string;
  node?: string;
  operation?: string;
  alert?: string;
  set?: string;
}
