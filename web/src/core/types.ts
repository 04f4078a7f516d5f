/** The answers of the API that the pages read, by its own types where it has one for each (docs/reference.md says more). */

import type { TaskState } from '../../../src/domain/task/task.js';

export type { AlertView } from '../../../src/alerts/view.js';
export type { AuditView } from '../../../src/audit/list.js';
export type { Task, TaskAttempt, TaskError, TaskState } from '../../../src/domain/task/task.js';
export type { OperationView } from '../../../src/operations/view.js';
export type { HandlerDetail, HandlerView } from '../../../src/overviews/handlers.js';
export type { HistoryView } from '../../../src/overviews/leaders.js';
export type { LoadView } from '../../../src/overviews/load.js';
export type { UpcomingItem } from '../../../src/overviews/upcoming.js';
export type { RunView } from '../../../src/schedules/latest-runs.js';
export type { Fate, OccurrenceView as Occurrence } from '../../../src/schedules/occurrence-view.js';
export type { RevisionView as SetRevision, SetView } from '../../../src/sets/view.js';
export type { ErrorGroup } from '../../../src/tasks/errors.js';
export type { KeyView } from '../../../src/tasks/queue-keys.js';
export type { QueueView, Use } from '../../../src/tasks/queue-view.js';
export type { RunningTaskView, WorkerView } from '../../../src/tasks/workers.js';

import type { RunView } from '../../../src/schedules/latest-runs.js';
import type { Fate } from '../../../src/schedules/occurrence-view.js';

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
  /** It has one, which this node does not show. */
  payloadHidden?: true;
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
