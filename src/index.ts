/** The TypeScript API: a Client and a Worker on Redis, and what handler modules need. */

export type { AuditPage, AuditView } from './audit/list.js';
export type { AllowedCommand } from './builtin/command-allow.js';
export {
  type CommandResult,
  type CommandRun,
  type CommandRunOptions,
  commandRun,
} from './builtin/command-run.js';
export type { HttpResult } from './builtin/http-answer.js';
export { type HttpRequest, type HttpRequestOptions, httpRequest } from './builtin/http-request.js';
export { Client } from './client/client.js';
export type { ClientHandlers, HandlerListOptions } from './client/handlers.js';
export type { ManyOptions, PurgeOptions, RescheduleManyOptions } from './client/many.js';
export type { OnComplete } from './client/on-complete.js';
export type { ClientOperations } from './client/operations.js';
export type { ClientQueues } from './client/queues.js';
export type {
  AuditOptions,
  EnqueueOptions,
  EnqueueRequest,
  EventOptions,
  ListOptions,
  LogOptions,
  OccurrencesOptions,
  PauseOptions,
  QueueOptions,
  RetryOptions,
  ScheduleListOptions,
  StatsOptions,
  TaskPage,
} from './client/requests.js';
export type { ClientSchedules } from './client/schedules.js';
export type { ClientWorkers } from './client/workers.js';
export type { ConnectionOptions } from './connect.js';
export type { Duration, DurationText } from './domain/input/durations.js';
export { CarillonError, type ErrorCode, type Problem } from './domain/input/errors.js';
export type { Warning, WarningCode } from './domain/input/warnings.js';
export type { DeclaredSchedule } from './domain/schedule/declared.js';
export type { AsJson } from './domain/task/as-json.js';
export { Fatal, RetryAfter, Snooze } from './domain/task/judge.js';
export type {
  AnyTaskId,
  Outcome,
  Priority,
  Task,
  TaskAttempt,
  TaskError,
  TaskId,
  TaskState,
} from './domain/task/task.js';
export { type DeclaredSchedules, defineSchedules, type TypedSchedule } from './files/define.js';
export type { BackfillPreview } from './operations/backfill.js';
export type { Preview, TaskSample } from './operations/many-tasks.js';
export type { OperationPage } from './operations/operations.js';
export type { TaskFilter } from './operations/task-filter.js';
export type { OperationView } from './operations/view.js';
export type { HandlerDetail, HandlerPage, HandlerView } from './overviews/handlers.js';
export type { LoadView } from './overviews/load.js';
export type { UpcomingItem, UpcomingPage } from './overviews/upcoming.js';
export type { Log } from './runtime/log.js';
export type { Explanation } from './schedules/explain.js';
export type { Fate, OccurrenceView } from './schedules/occurrence-view.js';
export type { OccurrencesPage } from './schedules/occurrences.js';
export type { RunContext } from './schedules/run-context.js';
export type { ScheduleView } from './schedules/show.js';
export type { Percentiles, Stats, StatsFigures, StatsItem } from './stats/series.js';
export type { TaskCounts } from './tasks/counts.js';
export type { OwnOptions, StandardSchema, TaskDefinition } from './tasks/definition.js';
export type { ErrorGroup, ErrorPage } from './tasks/errors.js';
export type { CarillonEvent, EventType } from './tasks/events.js';
export type { ChildOptions, Parent } from './tasks/kin.js';
export type { LogLine, LogPage } from './tasks/logs.js';
export type { KeyView } from './tasks/queue-keys.js';
export type { QueueRates } from './tasks/queue-pace.js';
export type { QueueView } from './tasks/queue-view.js';
export type { AskedView, RunningTaskView, WorkerView } from './tasks/workers.js';
export type { Around } from './worker/around.js';
export type { TaskContext } from './worker/context.js';
export { defineHandlers, type Handler, type Handlers } from './worker/handlers.js';
export type { WorkerOptions } from './worker/options.js';
export { type DefinedTask, defineTask } from './worker/task-definition.js';
export { Worker } from './worker/worker.js';
