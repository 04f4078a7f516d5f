/**
 * Events in the model: what a verb has done to tasks is seen by comparing them before and after it. Endings come first,
 * then what goes on, what is new, and what was handed out: as a call records them.
 */

import {
  type EventPage,
  type EventPlace,
  type EventStore,
  type Happened,
  type HappenedTask,
  toldAs,
  type Wanted,
} from '../store/contract/events.js';
import type { ModelTask, Partition } from './model-partition.js';
import { stateOf } from './model-reads.js';
import { passedIn, singlesOf } from './model-told.js';

const EVENTS = 10_000;

interface Seen {
  place: string;
  attempt: number;
  progress: string | undefined;
  counted: boolean;
}

interface Recorded {
  place: Required<EventPlace>;
  type: string;
  id: string;
  happened: Happened;
}

export class ModelEvents implements EventStore {
  readonly #now: () => number;
  readonly #queues: () => string[];
  /** By queue, '' for what they share: until when it is recorded, and since when. */
  readonly #recording = new Map<string, { since: number; until: number }>();
  #recorded: Recorded[] = [];
  readonly #wakes = new Set<() => void>();
  #number = 0;
  /** Everything before this ms was answered. */
  #answered = 0;

  constructor(now: () => number, queues: () => string[]) {
    this.#now = now;
    this.#queues = queues;
  }

  readonly observe = async (queues: readonly string[] | null, keepMs: number): Promise<number> => {
    const now = Math.max(this.#now(), this.#answered);
    for (const queue of ['', ...(queues ?? this.#queues())]) {
      const since = this.#isRecorded(queue)
        ? ((this.#recording.get(queue) ?? this.#recording.get(''))?.since ?? now)
        : now;
      this.#recording.set(queue, { since, until: now + keepMs });
    }
    return now;
  };

  readonly events = async (
    queues: readonly string[] | null,
    after: EventPlace,
    wanted: Wanted,
  ): Promise<EventPage> => {
    const names = ['', ...(queues ?? this.#queues())];
    const lost = names.flatMap((queue) => {
      const ms = this.#recording.get(queue)?.since ?? 0;
      return ms > after.ms ? [{ queue, ms }] : [];
    });
    const events = this.#recorded
      .filter(({ place, type, id }) => {
        const known = names.includes(place.queue) && isBehind(place, after);
        return known && wanted({ type, id, queue: place.queue });
      })
      .map(({ place, happened }) => ({ place, happened: structuredClone(happened) }));
    // What happens in this ms from now on is recorded as of the next: the clock here only moves when told.
    this.#answered = Math.max(this.#now(), this.#recorded.at(-1)?.place.ms ?? 0, this.#answered - 1) + 1;
    return { events, until: { ms: this.#answered }, lost };
  };

  readonly awaitEvents = (
    _queues: readonly string[] | null,
    after: EventPlace,
    _timeoutMs: number,
    over: AbortSignal,
  ): Promise<void> =>
    new Promise((resolve) => {
      if (over.aborted || this.#recorded.some(({ place }) => isBehind(place, after))) return resolve();
      const end = (): void => {
        this.#wakes.delete(end);
        over.removeEventListener('abort', end);
        resolve();
      };
      this.#wakes.add(end);
      over.addEventListener('abort', end, { once: true });
      return undefined;
    });

  /** To be called before a verb; the answer is to be called after it. */
  watch(partition: Partition): () => void {
    partition.moved = [];
    partition.born = new Map();
    if (!this.#isRecorded(partition.queue)) return () => {};
    const before = new Map([...partition.tasks].map(([id, task]) => [id, seenOf(task)]));
    const singlesBefore = singlesOf(partition);
    return () => {
      const moves: Recorded[][] = [[], [], [], [], []];
      for (const [id, task] of partition.tasks) {
        const past = before.get(id);
        const { place } = task;
        const tell = (
          rank: number,
          to: Parameters<typeof this.taskOf>[0],
          more: Partial<HappenedTask> = {},
        ) =>
          moves[rank]?.push(
            this.taskOf(to, partition.queue, id, {
              ...{ handler: task.draft.handler, state: stateOf(task), attempt: task.attempt },
              ...more,
            }),
          );
        const record = task.endings.at(-1)?.record;
        const { queue } = partition;
        const waits = place.at === 'due' || place.at === 'child';
        const born = partition.born.get(id) ?? (waits ? 'scheduled' : 'ready');
        if (!past) tell(2, 'enqueued', { state: born, attempt: 0 });
        const fires = task.counted && !past?.counted && (past?.attempt ?? 0) === 0;
        if (fires) {
          const fired: HappenedTask = { handler: task.draft.handler, state: 'ready', attempt: 0 };
          moves[3]?.push(this.#recordOf({ what: 'run', to: 'fired', id, queue, task: fired }));
        }
        if (place.at === 'finished' && past?.place !== 'finished') {
          const own = record?.attempt === task.attempt && task.attempt > 0 ? { record } : {};
          const { reason } = place;
          const why = reason === undefined ? {} : { reason };
          // A new one may end in the call that makes it, and a run in the one that lets it begin.
          tell(past && !fires ? 0 : 3, place.state, { ...own, ...why, attempt: own.record?.attempt ?? 0 });
        }
        if (past?.place === 'held' && (place.at === 'due' || place.at === 'ready')) {
          tell(1, 'retrying', {
            state: place.at === 'due' ? 'retrying' : 'ready',
            ...(record ? { record } : {}),
          });
        }
        if (place.at === 'held' && (past?.place !== 'held' || past.attempt < task.attempt)) {
          tell(4, 'started', { worker: place.worker });
        }
        if (task.progress !== undefined && task.progress !== past?.progress) {
          tell(1, 'progress', { progress: task.progress });
        }
      }
      for (const { id, state, attempt } of partition.moved) {
        const handler = partition.tasks.get(id)?.draft.handler ?? '';
        moves[3]?.push(this.taskOf('enqueued', partition.queue, id, { handler, state, attempt }));
      }
      const { queue } = partition;
      for (const passed of passedIn(singlesBefore, singlesOf(partition))) {
        moves[1]?.push(this.#recordOf({ what: 'instants', queue, ...passed }));
      }
      this.#add(moves.flat());
    };
  }

  taskOf(
    to: Extract<Happened, { what: 'task' }>['to'],
    queue: string,
    id: string,
    task: HappenedTask,
  ): Recorded {
    return this.#recordOf({ what: 'task', to, id, queue, task: structuredClone(task) });
  }

  /** Something happened that no comparison shows, or in what queues share. */
  tell(...all: Happened[]): void {
    for (const happened of all) {
      const queue = 'queue' in happened ? happened.queue : '';
      if (this.#isRecorded(queue)) this.#add([this.#recordOf(happened)]);
    }
  }

  #recordOf(happened: Happened): Recorded {
    const { type, queue, id } = toldAs(happened);
    const place = { ms: Math.max(this.#now(), this.#answered), queue, number: this.#number++ };
    return { place, type, id, happened };
  }

  /** A queue that is opened while all are listened to records from its beginning. */
  #isRecorded(queue: string): boolean {
    const { until } = this.#recording.get(queue) ?? this.#recording.get('') ?? { until: 0 };
    return until > this.#now();
  }

  #add(recorded: readonly Recorded[]): void {
    if (recorded.length === 0) return;
    this.#recorded = [...this.#recorded, ...recorded].slice(-EVENTS);
    for (const wake of [...this.#wakes]) wake();
  }
}

function seenOf({ place, attempt, progress, counted = false }: ModelTask): Seen {
  return { place: place.at, attempt, progress, counted };
}

function isBehind(place: Required<EventPlace>, { ms, queue, number = 0 }: EventPlace): boolean {
  if (place.ms !== ms || queue === undefined) return place.ms >= ms;
  return place.queue > queue || (place.queue === queue && place.number > number);
}
