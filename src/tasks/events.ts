/** Events as people see them: what may be asked for, how a place is written, and the data of each. */

import { formatInstant } from '../domain/input/instants.js';
import { queueName, scheduleId } from '../domain/input/names.js';
import { about, listOf, oneOf, type Reader, saying, type Values } from '../domain/input/readers.js';
import type { TaskError, TaskState } from '../domain/task/task.js';
import type { EventPage, EventPlace, Wanted } from '../store/contract/events.js';
import { occurrenceOf } from './view.js';

/** Each type with what has happened, as docs/reference.md tells it. */
export const EVENT_KINDS = {
  'task.enqueued':
    'a task was made, put back, given another time or payload, or set free by those it waited for',
  'task.started': 'an attempt began',
  'task.progress': 'its handler said how far it is',
  'task.retrying': 'its attempt failed and another one follows, or it went back to its queue',
  'task.completed': 'its handler returned; with `result` up to 64 KiB',
  'task.dead': 'it failed for the last time',
  'task.cancelled':
    'it was cancelled, purged, replaced, has expired, or its parent died; `reason` says which',
  'schedule.changed': 'a schedule was made or edited',
  'schedule.removed': 'it was deleted, by hand or with its files',
  'schedule.paused': 'it was paused, by somebody or by itself',
  'schedule.resumed': 'it goes on',
  'schedule.fired': 'one of its runs came due, or goes on behind the one it waited for',
  'schedule.skipped': 'instants that do not run; `reason` says why, `instants` how many',
  'schedule.missed': 'instants that nobody was there to run, and that are not caught up',
  'queue.changed': 'settings of a queue, or whether it is paused',
  'leader.elected': 'a node leads',
  'leader.left': 'it does so no more',
  'worker.joined': 'a worker is there',
  'worker.left': 'it has gone, or was not heard of for too long',
  'operation.changed': 'an operation began, went on, ended or was aborted',
  'set.applied': 'schedule files are in force',
  'set.held': 'they wait for somebody to let them through',
  'set.invalid': 'a node finds only invalid files of a set',
  'alert.raised': 'something wants a person',
  'alert.cleared': 'it is over',
  reset: 'something was missed: look at the state anew',
} as const;
/** What may happen; `reset`: something was missed, look at the state anew. */
export type EventType = keyof typeof EVENT_KINDS;
export const EVENT_TYPES = Object.keys(EVENT_KINDS) as EventType[];

const type = oneOf(...EVENT_TYPES);
const MANY = 50;

/** Several, as a list or as one text with commas between. */
const types: Reader<EventType[], EventType | readonly EventType[]> = saying(
  (raw, path, problems) => {
    const all = [raw].flat().flatMap((one) => (typeof one === 'string' ? one.split(',') : [one]));
    return listOf(type, MANY)(all, path, problems);
  },
  { schema: { type: 'array', items: type.schema ?? {} }, word: 'types' },
);

/** What may be listened to, as a query string gives it. */
export const EVENTS = {
  types: about(types, 'only these types, with commas between; may be repeated'),
  queue: about(queueName, 'only what happens in this queue'),
  schedule: about(scheduleId, 'only what happens to this schedule and its runs'),
};
export type EventQuery = Values<typeof EVENTS>;

/** One event. Which fields it has depends on its type. */
export interface CarillonEvent {
  /** What happened. */
  type: EventType;
  /** RFC 3339. */
  at: string;
  /** The task it happened to, as it was then. */
  task?: {
    id: string;
    handler: string;
    queue: string;
    state: TaskState;
    attempt: number;
    schedule?: { id: string; nominalAt: string };
    progress?: unknown;
    /** Of `task.completed`, up to 64 KiB. */
    result?: unknown;
    resultOmitted?: true;
    error?: TaskError;
    /** Of `task.cancelled`: why. */
    reason?: string;
  };
  /** Id of the schedule. */
  schedule?: string;
  /** Why instants were skipped, or a file set is held. */
  reason?: string;
  /** Of `schedule.skipped` and `schedule.missed`: how many instants, and the stretch of time they lie in. */
  instants?: { count: number; from: string; to: string };
  /** Name of the queue. */
  queue?: string;
  /** Id of the worker. */
  worker?: string;
  /** Name of the node. */
  node?: string;
  /** Name of the file set. */
  set?: string;
  /** Digest of the file set that was applied or is held. */
  digest?: string;
  /** Id of the operation. */
  operation?: string;
  /** Id of the alert. */
  alert?: string;
}

/** Everything that passes no filter of the query is not even looked up. */
export function wantedBy({ types, queue, schedule }: EventQuery): Wanted {
  const wanted = types && new Set<string>(types);
  return (event) =>
    (!wanted || wanted.has(event.type)) &&
    (queue === undefined || event.queue === queue) &&
    (schedule === undefined || scheduleOf(event.type, event.id) === schedule);
}

function scheduleOf(type: string, id: string): string | undefined {
  return occurrenceOf(id)?.id ?? (type.startsWith('schedule.') ? id : undefined);
}

export function eventView({ place, happened }: EventPage['events'][number]): CarillonEvent {
  const at = formatInstant(place.ms);
  switch (happened.what) {
    case 'task': {
      const { id, queue, to, task } = happened;
      const { worker = task.record?.worker } = task;
      const run = occurrenceOf(id);
      return {
        ...{ type: `task.${to}`, at, queue },
        ...(run ? { schedule: run.id } : {}),
        ...(worker === undefined ? {} : { worker }),
        task: taskOf(id, queue, task, to === 'completed'),
      };
    }
    case 'run': {
      const { id, queue, to, task } = happened;
      return {
        ...{ type: `schedule.${to}`, at, queue, schedule: occurrenceOf(id)?.id ?? id },
        ...{ task: taskOf(id, queue, task, false) },
      };
    }
    case 'instants': {
      const { queue, schedule, word, from, to, count } = happened;
      const instants = { count, from: formatInstant(from), to: formatInstant(to) };
      if (word === 'missed') return { type: 'schedule.missed', at, queue, schedule, instants };
      return { type: 'schedule.skipped', at, queue, schedule, reason: word, instants };
    }
    case 'schedule':
      return { type: `schedule.${happened.to}`, at, queue: happened.queue, schedule: happened.schedule };
    case 'queue':
      return { type: 'queue.changed', at, queue: happened.queue };
    case 'worker':
      return { type: `worker.${happened.to}`, at, worker: happened.worker };
    case 'leader':
      // Of its id, which is another one in each process, the name it was given.
      return { type: `leader.${happened.to}`, at, node: happened.node.split('~')[0] ?? happened.node };
    case 'set': {
      const { what: _, to, ...more } = happened;
      return { type: `set.${to}`, at, ...more };
    }
    case 'operation':
      return { type: 'operation.changed', at, operation: happened.operation };
    case 'alert':
      return { type: `alert.${happened.to}`, at, alert: happened.alert };
  }
}

function taskOf(
  id: string,
  queue: string,
  { handler, state, attempt, progress, record, reason, resultOmitted }: TaskHappened,
  completed: boolean,
): NonNullable<CarillonEvent['task']> {
  const run = occurrenceOf(id);
  return {
    ...{ id, handler, queue, state, attempt },
    ...(run ? { schedule: { id: run.id, nominalAt: formatInstant(run.nominal) } } : {}),
    ...(progress === undefined ? {} : { progress: JSON.parse(progress) as unknown }),
    ...(completed && record?.result !== undefined ? { result: JSON.parse(record.result) as unknown } : {}),
    ...(completed && resultOmitted ? { resultOmitted } : {}),
    ...(!completed && record?.error ? { error: record.error } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

type TaskHappened = Extract<EventPage['events'][number]['happened'], { what: 'task' }>['task'];

/** `<ms>`, or `<ms>-<number>.<queue>`: an event's id. */
export function placeText({ ms, number, queue }: EventPlace): string {
  return number === undefined ? `${ms}` : `${ms}-${number}.${queue ?? ''}`;
}

/** null: no id of ours. */
export function readPlace(text: string): EventPlace | null {
  const [, ms, number, queue] = /^(\d{1,15})(?:-(\d{1,15})\.([a-z0-9._-]{0,64}))?$/.exec(text) ?? [];
  if (ms === undefined) return null;
  return number === undefined
    ? { ms: Number(ms) }
    : { ms: Number(ms), number: Number(number), queue: queue ?? '' };
}
