/** Every route in one table, with the readers of its query and body: the OpenAPI description is made from it. */

import type { Readers } from '../domain/input/readers.js';
import { NOTED_FIELDS } from '../domain/schedule/field-notes.js';
import { CANCEL, ERROR_LIST, REDRIVE, RESCHEDULE } from '../domain/task/deed-fields.js';
import { TASK_FIELDS } from '../domain/task/fields.js';
import { TASK_LIST } from '../domain/task/list-fields.js';
import { BACKFILL } from '../operations/backfill.js';
import { MANY_TASKS, RESCHEDULE_MANY } from '../operations/many-tasks.js';
import { PURGE } from '../operations/purge.js';
import {
  DRY_RUN,
  EXPLAIN,
  OCCURRENCES,
  PAUSE,
  PAUSE_MANY,
  RESUME,
  RESUME_MANY,
  SKIP,
  TRIGGER,
} from '../schedules/asked.js';
import { SCHEDULE_LIST, SCHEDULE_SHOW } from '../schedules/list.js';
import { STATS } from '../stats/series.js';
import { LOGS } from '../tasks/logs.js';
import { KEY_LIST } from '../tasks/queue-keys.js';
import { QUEUE_SETTINGS } from '../tasks/queue-settings.js';
import { QUEUE_LIST } from '../tasks/queues.js';
import { EVENTS_ROUTE } from './events.js';
import { IDEMPOTENCY_KEY } from './idempotency.js';
import { at, type Body, type Route, type Row, show } from './route.js';
import { OVERVIEW_ROUTES } from './routes-overviews.js';
import { REVISION_ROUTES } from './routes-revisions.js';
import { SET_ROUTES } from './routes-sets.js';
import { TOLD_ROUTES } from './routes-told.js';
import { WORKER_ROUTES } from './routes-workers.js';
import { SESSION_ROUTES } from './sessions.js';
import { BATCH, WAIT } from './tasks.js';
import { TRACE_HEADERS } from './trace.js';

const TASK: Body = { name: 'TaskInput', fields: TASK_FIELDS, required: ['handler'] };
const SCHEDULE: Body = { name: 'ScheduleInput', fields: NOTED_FIELDS, required: ['handler'] };
const SETTINGS: Body = { name: 'QueueSettings', fields: QUEUE_SETTINGS };
const IF_MATCH = { 'If-Match': 'one or several ETags, or *: only if it is still so' };

/** Of routes that make tasks. */
const MAKES = { ...IDEMPOTENCY_KEY, ...TRACE_HEADERS };

/** A deed on many: how many it is done to must be said, unless it is only asked. */
const many = (action: string, summary: string, name: string, fields: Readers): Record<'post', Row> => ({
  post: {
    action,
    summary: `${summary}: an operation; 409 with the number unless they are \`count\`, with \`dryRun\` only how many`,
    query: DRY_RUN,
    headers: IDEMPOTENCY_KEY,
    body: { name, fields, required: Object.hasOwn(fields, 'filter') ? ['filter'] : [] },
    answers: { 200: 'Preview', 202: 'Operation' },
  },
});

export const ROUTES: readonly Route[] = [
  ...at('/v1/tasks', {
    post: {
      action: 'task.enqueue',
      summary: 'Create a task: now, after `delay`, or at `runAt`',
      headers: MAKES,
      body: TASK,
      answers: { 200: 'Task', 201: 'Task' },
    },
    get: show(
      'List tasks: queue by queue, and within a queue state by state (scheduled and retrying by due time, ready as they are handed out, ended ones newest first). handler, schedule, label, key, parent, q and from/to are filters over a bounded scan of 5000 tasks: a page may have fewer than asked for, or none, and still a nextCursor; scanned says how many were looked at. A page neither skips nor repeats tasks of one state while others move',
      'Tasks',
      TASK_LIST,
    ),
  }),
  ...at('/v1/tasks/batch', {
    post: {
      action: 'tasks.enqueue',
      ...show('Create up to 1000 tasks; one result each, in order'),
      headers: MAKES,
      body: { name: 'Batch', fields: BATCH, required: ['tasks'] },
    },
  }),
  ...at(
    '/v1/tasks/cancel',
    many(
      'tasks.cancel',
      'Cancel all tasks that a filter matches, wherever they wait or run',
      'CancelMany',
      MANY_TASKS,
    ),
  ),
  ...at(
    '/v1/tasks/redrive',
    many('tasks.redrive', 'Put back all dead tasks that a filter matches', 'RedriveMany', MANY_TASKS),
  ),
  ...at(
    '/v1/tasks/reschedule',
    many(
      'tasks.reschedule',
      'Give all tasks that a filter matches, and that wait for their time or a retry, another one',
      'RescheduleMany',
      RESCHEDULE_MANY,
    ),
  ),
  ...at('/v1/tasks/errors', {
    get: show(
      'What dead tasks died of, the most frequent first: grouped by the handler and the message without its ids, numbers, times and quoted values',
      'Errors',
      ERROR_LIST,
    ),
  }),
  ...at('/v1/tasks/{id}', { get: show('Show a task with its attempts', 'Task') }),
  ...at('/v1/tasks/{id}/cancel', {
    post: {
      action: 'task.cancel',
      ...show('Cancel a task that waits', 'Task'),
      body: { name: 'Cancel', fields: CANCEL },
    },
  }),
  ...at('/v1/tasks/{id}/redrive', {
    post: {
      action: 'task.redrive',
      ...show('Put a dead task back: ready at once, no failure counted, attempts go on', 'Task'),
      body: { name: 'Redrive', fields: REDRIVE },
    },
  }),
  ...at('/v1/tasks/{id}/reschedule', {
    post: {
      action: 'task.reschedule',
      ...show('Give a task that waits for its time or for a retry another time; its id stays', 'Task'),
      body: { name: 'Reschedule', fields: RESCHEDULE },
    },
  }),
  ...at('/v1/tasks/{id}/logs', {
    get: show('What its attempts logged, oldest first; the last 500 lines are kept', 'Logs', LOGS),
  }),
  ...at('/v1/tasks/{id}/wait', {
    get: {
      summary: 'Wait until a task has ended (202: not yet)',
      query: WAIT,
      answers: { 200: 'Task', 202: 'Task' },
    },
  }),
  ...at('/v1/schedules', {
    get: show(
      'List schedules by id. q, state, label, queue, handler and set are filters over a bounded scan of 5000 schedules: a page may have fewer than asked for, or none, and still a nextCursor',
      'Schedules',
      SCHEDULE_LIST,
    ),
  }),
  ...at('/v1/schedules/{id}', {
    get: show('Show a schedule with its next runs and its last one', 'Schedule', SCHEDULE_SHOW),
    put: {
      action: 'schedule.put',
      summary:
        'Create or replace a schedule (fields as in a schedule file); with `dryRun` only say what would change: fields, and runs that come, go or move within a week',
      query: DRY_RUN,
      headers: IF_MATCH,
      body: SCHEDULE,
      answers: { 200: 'Schedule', 201: 'Schedule' },
    },
    delete: {
      action: 'schedule.delete',
      summary: 'Delete a schedule and withdraw what was planned',
      headers: IF_MATCH,
      answers: { 204: '' },
    },
  }),
  ...at('/v1/schedules/{id}/pause', {
    post: {
      action: 'schedule.pause',
      ...show('Pause a schedule, until a time or until it is resumed', 'Schedule'),
      body: { name: 'Pause', fields: PAUSE },
    },
  }),
  ...at('/v1/schedules/{id}/resume', {
    post: {
      action: 'schedule.resume',
      ...show('Resume a schedule; it skips nothing any more', 'Schedule'),
      body: { name: 'Resume', fields: RESUME },
    },
  }),
  ...at('/v1/schedules/{id}/skip', {
    post: {
      action: 'schedule.skip',
      ...show('Skip the next instants of a schedule, besides those it is to skip already', 'Schedule'),
      body: { name: 'Skip', fields: SKIP },
    },
  }),
  ...at('/v1/schedules/{id}/trigger', {
    post: {
      action: 'schedule.trigger',
      summary:
        'Run a schedule once, now, beside its instants; 409 when its overlap is skip and a run is in progress, unless the body says `overlap`',
      headers: MAKES,
      body: { name: 'Trigger', fields: TRIGGER },
      answers: { 201: 'Task' },
    },
  }),
  ...at('/v1/schedules/{id}/backfill', {
    post: {
      action: 'schedule.backfill',
      summary:
        'Create the runs of [from, to) that did not fire; with `dryRun` only say how many, and which come first',
      query: DRY_RUN,
      headers: IDEMPOTENCY_KEY,
      body: { name: 'Backfill', fields: BACKFILL, required: ['from', 'to'] },
      answers: { 200: 'object', 202: 'Operation' },
    },
  }),
  ...at('/v1/schedules/pause', {
    post: {
      action: 'schedules.pause',
      ...show('Pause all schedules that a filter matches; 409 with the number unless they are `count`'),
      query: DRY_RUN,
      body: { name: 'PauseMany', fields: PAUSE_MANY, required: ['filter'] },
    },
  }),
  ...at('/v1/schedules/resume', {
    post: {
      action: 'schedules.resume',
      ...show('Resume all schedules that a filter matches; 409 with the number unless they are `count`'),
      query: DRY_RUN,
      body: { name: 'ResumeMany', fields: RESUME_MANY, required: ['filter'] },
    },
  }),
  ...at('/v1/schedules/{id}/occurrences', {
    get: show(
      'Fates of past instants and preview of coming ones, each with its nominal and due time',
      'Occurrences',
      OCCURRENCES,
    ),
  }),
  ...at('/v1/schedules/{id}/explain', {
    get: show(
      'Why one instant ran, or did not, in a sentence that names it, the cause and the next run',
      'Explanation',
      EXPLAIN,
    ),
  }),
  ...REVISION_ROUTES,
  ...TOLD_ROUTES,
  ...at('/v1/queues', { get: show('List queues with their depths, by name', 'Queues', QUEUE_LIST) }),
  ...at('/v1/queues/{queue}', {
    get: show('Show a queue', 'Queue'),
    put: {
      action: 'queue.put',
      ...show('Set everything of a queue: what is not given is back at its default', 'Queue'),
      body: SETTINGS,
    },
    patch: {
      action: 'queue.set',
      ...show('Change settings of a queue; null is the default', 'Queue'),
      body: SETTINGS,
    },
  }),
  ...at('/v1/queues/{queue}/keys', { get: show('Show what the keys of a queue do', 'Keys', KEY_LIST) }),
  ...at('/v1/queues/{queue}/pause', {
    post: {
      action: 'queue.pause',
      ...show('Pause a queue: it hands nothing out, what runs goes on', 'Queue'),
    },
  }),
  ...at('/v1/queues/{queue}/resume', {
    post: { action: 'queue.resume', ...show('Resume a queue', 'Queue') },
  }),
  ...at(
    '/v1/queues/{queue}/purge',
    many('queue.purge', 'Cancel what waits in a queue, or delete records of what has ended', 'Purge', PURGE),
  ),
  ...at('/v1/stats', {
    get: show(
      'How a queue, a handler, a schedule or everything went: counts by outcome, and percentiles of waits and run times, for each step of time and all together',
      'Stats',
      STATS,
    ),
  }),
  ...WORKER_ROUTES,
  ...at('/v1/cluster', { get: show('Show leader, term and nodes') }),
  ...at('/v1/events', { get: EVENTS_ROUTE }),
  ...OVERVIEW_ROUTES,
  ...SET_ROUTES,
  ...at('/metrics', { get: { summary: 'What Prometheus reads: docs/metrics.md', answers: { 200: '' } } }),
  ...SESSION_ROUTES,
  ...at('/livez', { get: show('The process lives') }),
  ...at('/readyz', {
    get: {
      summary: 'The node takes part, and its Redis answers; `problems` says what wants a person',
      answers: { 200: 'object', 503: 'object' },
    },
  }),
];
