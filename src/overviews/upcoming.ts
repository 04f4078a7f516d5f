/** One calendar of all that is to come: occurrences of live schedules, and tasks that wait for their time, by time. */

import { CarillonError } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import { isQueueName, isScheduleId } from '../domain/input/names.js';
import { refuse } from '../domain/input/read-fields.js';
import { type UpcomingQuery, USUAL_LIMIT } from '../domain/overview-fields.js';
import { occurrenceId } from '../domain/schedule/run-id.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store } from '../store/contract/index.js';
import type { AheadOfAll, ComingOne } from './ahead-of-all.js';
import { comingTasks, type QueuedTask } from './coming-tasks.js';

/** Something that will become ready. Times are RFC 3339. */
export interface UpcomingItem {
  /** When it is due; of an occurrence its nominal time and jitter. */
  at: string;
  /** An occurrence of a schedule, or a task that waits. */
  kind: 'occurrence' | 'task';
  /** The id that its task has, or will have. */
  id: string;
  /** What is to run. */
  handler: string;
  /** Where it will wait for a worker. */
  queue: string;
  /** Of an occurrence. */
  schedule?: { id: string; nominalAt: string };
  /** Of a task: whether it waits for its time, or for another attempt. */
  state?: 'scheduled' | 'retrying';
}

/** A page of what is to come. */
export interface UpcomingPage {
  /** The earliest first. */
  items: UpcomingItem[];
  /** For the page behind it; null at the end. */
  nextCursor: string | null;
}

/** Occurrences come before tasks of the same time; `queue` is '' for them, `name` their schedule. */
interface Place {
  at: number;
  queue: string;
  name: string;
}

type UpcomingStore = Pick<Store, 'coming' | 'queues' | 'time' | 'clock'>;

/** `ahead`: of all schedules, as they are now. */
export async function upcomingPage(
  store: UpcomingStore,
  ahead: AheadOfAll,
  { from, to, kind, queue, each, limit = USUAL_LIMIT, cursor }: UpcomingQuery,
): Promise<UpcomingPage> {
  const now = await timeOf(store);
  const start = Math.max(now, from ?? now);
  if (to !== undefined && to <= (from ?? now)) {
    const than = from === undefined ? 'now' : 'from';
    refuse('invalid_input', [{ path: ['to'], detail: `must be later than ${than}` }]);
  }
  const begin: Place = { at: start, queue: '', name: '' };
  const place = cursor === undefined ? begin : laterOf(begin, placeIn(cursor));
  const last = to === undefined ? Number.POSITIVE_INFINITY : to - 1;
  // One more than is shown tells whether there are more.
  const wanted = limit + 1;
  const occurrences = kind === 'task' ? [] : await occurrencesFrom(ahead, place, last, wanted, queue, each);
  // What comes behind the last of so many occurrences is on no page before theirs.
  const bound = occurrences.length < wanted ? last : (occurrences.at(-1)?.due ?? last);
  const queues = kind === 'occurrence' ? [] : await queuesOf(store, queue);
  const tasks = await comingTasks(store, queues, tasksPlace(place), bound, wanted);
  const all = merged(occurrences, tasks);
  const shown = all.slice(0, limit);
  const reached = shown.at(-1)?.place;
  return {
    items: shown.map(({ item }) => item),
    nextCursor: all.length > limit && reached ? cursorOf(reached) : null,
  };
}

function occurrencesFrom(
  ahead: AheadOfAll,
  { at, queue, name }: Place,
  last: number,
  limit: number,
  only: string | undefined,
  each: number | undefined,
): Promise<ComingOne[]> {
  // Behind a task of some time all occurrences of that time have been shown.
  const place = queue === '' ? { at: Math.ceil(at), behind: name } : { at: Math.floor(at) + 1, behind: '' };
  return ahead.from(place, last, limit, (one) => only === undefined || one.queue === only, each);
}

/** Behind an occurrence stand all tasks of its time. */
function tasksPlace({ at, queue, name }: Place): { due: number; queue: string; behind: string } {
  return queue === '' ? { due: at, queue: '', behind: '' } : { due: at, queue, behind: name };
}

async function queuesOf(store: UpcomingStore, only: string | undefined): Promise<string[]> {
  const known = (await store.queues()).toSorted();
  return only === undefined ? known : known.filter((one) => one === only);
}

interface Placed {
  item: UpcomingItem;
  place: Place;
}

function merged(occurrences: readonly ComingOne[], tasks: readonly QueuedTask[]): Placed[] {
  const all = [...occurrences.map(ofOccurrence), ...tasks.map(ofTask)];
  // Sorting keeps the order of those of one time.
  return all.sort((a, b) => a.place.at - b.place.at);
}

function ofOccurrence({ nominal, due, definition: { id, handler, queue } }: ComingOne): Placed {
  return {
    item: {
      ...{ at: formatInstant(due), kind: 'occurrence', id: occurrenceId(id, nominal), handler, queue },
      schedule: { id, nominalAt: formatInstant(nominal) },
    },
    place: { at: due, queue: '', name: id },
  };
}

function ofTask({ id, handler, queue, state, place: { due, behind } }: QueuedTask): Placed {
  return {
    item: { at: formatInstant(Math.ceil(due)), kind: 'task', id, handler, queue, state },
    place: { at: due, queue, name: behind },
  };
}

function laterOf(a: Place, b: Place): Place {
  return b.at >= a.at ? b : a;
}

function cursorOf({ at, queue, name }: Place): string {
  return Buffer.from(JSON.stringify([at, queue, name])).toString('base64url');
}

function placeIn(cursor: string): Place {
  try {
    const raw: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const [at, queue, name] = (Array.isArray(raw) && raw.length === 3 ? raw : []) as unknown[];
    const sound =
      typeof at === 'number' && at >= 0 && at <= Number.MAX_SAFE_INTEGER && typeof name === 'string';
    if (sound && typeof queue === 'string') {
      const named = queue === '' ? name === '' || isScheduleId(name) : isQueueName(queue) && name !== '';
      const place = { at, queue, name };
      if (named && cursorOf(place) === cursor) return place;
    }
  } catch {
    // Said below: whatever is wrong with it, it is no cursor of ours.
  }
  throw new CarillonError('invalid_input', 'The cursor is none of this list.', [
    { pointer: '/cursor', detail: 'must be the nextCursor of a page of the same list' },
  ]);
}
