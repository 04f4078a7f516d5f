/**
 * The Store contract: the verbs of the road, room by room, each with its shapes beside it. Two implementations keep
 * it, Redis (`store/redis`) and an in-memory model (`testing/`); one conformance suite runs against both.
 * Times are ms of Redis time. Expected outcomes are words; errors mean that the store could not answer.
 */

import type { Observers } from '../../runtime/observed.js';
import type { AgainStore } from './again.js';
import type { AlertStore } from './alerts.js';
import type { AuditStore } from './audit.js';
import type { AwaitedStore } from './awaited.js';
import type { ClockStore } from './clock.js';
import type { EventStore } from './events.js';
import type { FlowStore } from './flows.js';
import type { LeaderStore } from './leader.js';
import type { OperationStore } from './operations.js';
import type { OverviewStore } from './overviews.js';
import type { QueueStore } from './queues.js';
import type { ReadStore } from './reads.js';
import type { RegistryStore } from './registry.js';
import type { RoadStore } from './road.js';
import type { RollupStore } from './rollups.js';
import type { ScheduleStore } from './schedules.js';
import type { SetStore } from './sets.js';

export type { TaskOptions } from '../../domain/task/fields.js';
export type { ParentName, TaskDraft } from '../../domain/task/task-input.js';
export type * from './again.js';
export type * from './alerts.js';
export * from './audit.js';
export type * from './awaited.js';
export type * from './clock.js';
export type * from './events.js';
export type * from './flows.js';
export * from './leader.js';
export * from './operations.js';
export type * from './overviews.js';
export type * from './queues.js';
export type * from './reads.js';
export type * from './registry.js';
export type * from './road.js';
export type * from './rollups.js';
export type * from './schedules.js';
export type * from './sets.js';

export interface Store
  extends ClockStore,
    RoadStore,
    AgainStore,
    LeaderStore,
    ScheduleStore,
    QueueStore,
    RegistryStore,
    SetStore,
    AlertStore,
    AuditStore,
    OperationStore,
    AwaitedStore,
    FlowStore,
    EventStore,
    OverviewStore,
    RollupStore,
    ReadStore {
  /** Throws `redis_unsuitable`, `data_too_new`, `data_too_old` or `unavailable` with the reason. */
  check(): Promise<void>;
  close(): Promise<void>;
  /** Who counts what this process does here; the store itself tells nothing. */
  readonly observed: Observers;
}
