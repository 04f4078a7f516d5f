/** Handlers as people see them: who has each, in which queues its tasks are, and how many are ready and run. */

import { cursorTo } from '../domain/input/cursors.js';
import { CarillonError } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import type { Values } from '../domain/input/readers.js';
import { type HANDLER_LIST, USUAL_LIMIT } from '../domain/overview-fields.js';
import { someAtATime } from '../runtime/some-at-a-time.js';
import type { HandlerTally, Presence, Store, Tallied } from '../store/contract/index.js';
import { sumOf, type TaskCounts, tallyEach } from '../tasks/counts.js';

/** Queues asked at a time. */
const AT_ONCE = 100;
/** Workers and schedules that are named for one handler; further ones are counted. */
const NAMED = 20;
const MOST_NAMED = 1_000;

/** A handler that a present worker has, that tasks stand for, or that a schedule names. */
export interface HandlerView {
  /** What tasks and schedules call it. */
  name: string;
  /** Those that have it, twenty of them; `workerCount` says how many there are. */
  workers: { id: string; name: string }[];
  /** How many present workers have it. */
  workerCount: number;
  /** Queues that tasks for it stand in, or that its workers serve; `*`: a worker serves all. */
  queues: string[];
  /** How many schedules name it. */
  scheduleCount: number;
  /** JSON Schema of the payload, where its worker tells one; of several the one that started last. */
  schema?: Record<string, unknown>;
  /** Its tasks that wait for a worker, and that run. */
  counts: { ready: number; running: number };
  /** Very many tasks run, and not all of them could be looked at. */
  exact?: false;
}

/** A page of handlers. */
export interface HandlerPage {
  /** By name. */
  items: HandlerView[];
  /** For the page behind it; null at the end. */
  nextCursor: string | null;
}

/** One handler, with all that is known of it. */
export interface HandlerDetail extends Omit<HandlerView, 'workers' | 'counts' | 'queues' | 'exact'> {
  /** Those that have it; the first thousand. */
  workers: {
    id: string;
    name: string;
    queues: string[];
    concurrency: number;
    running: number;
    seenAt: string;
  }[];
  /** Where its tasks stand, or its workers serve. */
  queues: { queue: string; ready: number; running: number; workers: number }[];
  /** The first thousand, by id. */
  schedules: string[];
  /** Its tasks by state. */
  counts: TaskCounts;
}

/** The schedules of each handler, as they are now. */
export type SchedulesOf = ReadonlyMap<string, ReadonlySet<string>>;

type HandlerStore = Pick<Store, 'handlersOf' | 'queues' | 'present' | 'schemas' | 'tally' | 'schedule'>;

interface Known {
  workers: Presence[];
  /** By queue. */
  tallies: Map<string, HandlerTally>;
}

/** By name. */
export async function handlerPage(
  store: HandlerStore,
  schedules: SchedulesOf,
  { q, schema = true, limit = USUAL_LIMIT, cursor = '' }: Values<typeof HANDLER_LIST>,
): Promise<HandlerPage> {
  const known = await knownOf(store);
  const wanted = q?.toLowerCase();
  const names = namesOf(known, schedules)
    .filter((name) => name > cursor && (wanted === undefined || name.toLowerCase().includes(wanted)))
    .sort();
  const shown = names.slice(0, limit);
  const last = shown.at(-1);
  const views = viewsOf(known, schedules, new Set(shown));
  const schemas = schema ? await schemasOf(store, known.workers, shown) : null;
  return {
    items: shown.flatMap((name) => {
      const view = views.get(name);
      return view ? { ...view, ...schemas?.get(name) } : [];
    }),
    nextCursor: last !== undefined && names.length > shown.length ? cursorTo(last) : null,
  };
}

/** Throws `not_found`. */
export async function findHandler(
  store: HandlerStore,
  schedules: SchedulesOf,
  name: string,
): Promise<HandlerDetail> {
  const [present, tallies] = await Promise.all([
    store.present('worker'),
    tallyEach(store, { handler: name }),
  ]);
  const workers = present.filter(({ handlers = [] }) => handlers.includes(name));
  const standing = [...tallies].flatMap(([queue, { known }]) => (known ? [queue] : []));
  const ids = schedules.get(name);
  if (workers.length === 0 && standing.length === 0 && !ids) {
    throw new CarillonError(
      'not_found',
      'No present worker has a handler of this name, no task stands for it, and no schedule names it.',
    );
  }
  const serving = servingEach(workers);
  const queues = new Set([...standing, ...workers.flatMap((worker) => worker.queues ?? [])]);
  const [counted, schemas] = await Promise.all([
    readyAndRunning(store, tallies, name),
    schemasOf(store, workers, [name]),
  ]);
  return {
    ...{ name, workerCount: workers.length, scheduleCount: ids?.size ?? 0 },
    ...schemas.get(name),
    workers: workers.slice(0, MOST_NAMED).map((worker) => ({
      id: worker.id,
      name: worker.name,
      queues: worker.queues ?? [],
      concurrency: worker.concurrency ?? 0,
      running: worker.running ?? 0,
      seenAt: formatInstant(worker.seenAt),
    })),
    queues: [...queues].sort().map((queue) => {
      const { ready = 0, running = 0 } = counted.get(queue) ?? {};
      return { queue, ready, running, workers: serving(queue) };
    }),
    schedules: [...(ids ?? [])].sort().slice(0, MOST_NAMED),
    counts: sumOf([...tallies.values()]),
  };
}

/** Of each queue. Where counting all states did not get to see all that runs, its handlers are asked for as well. */
async function readyAndRunning(
  store: HandlerStore,
  tallies: ReadonlyMap<string, Tallied>,
  name: string,
): Promise<Map<string, { ready: number; running: number }>> {
  const found = new Map<string, { ready: number; running: number }>();
  await someAtATime(tallies, AT_ONCE, async ([queue, { counts, unseen }]) => {
    const seen = unseen.ready === 0 && unseen.running === 0;
    found.set(queue, seen ? counts : countsIn(await store.handlersOf(queue), name));
  });
  return found;
}

/** How many workers take tasks of a queue. */
function servingEach(workers: readonly Presence[]): (queue: string) => number {
  const counts = new Map<string, number>();
  for (const { queues = [] } of workers) {
    const served = queues.includes('*') ? ['*'] : new Set(queues);
    for (const queue of served) counts.set(queue, (counts.get(queue) ?? 0) + 1);
  }
  const all = counts.get('*') ?? 0;
  return (queue) => all + (queue === '*' ? 0 : (counts.get(queue) ?? 0));
}

async function knownOf(store: HandlerStore): Promise<Known> {
  const [workers, queues] = await Promise.all([store.present('worker'), store.queues()]);
  const tallies = new Map<string, HandlerTally>();
  await someAtATime(queues.toSorted(), AT_ONCE, async (queue) => {
    tallies.set(queue, await store.handlersOf(queue));
  });
  return { workers, tallies };
}

/** Of each handler what the latest of its workers says of its payload. */
async function schemasOf(
  store: Pick<Store, 'schemas'>,
  workers: readonly Presence[],
  names: readonly string[],
): Promise<Map<string, { schema: Record<string, unknown> }>> {
  const latest = new Map<string, Presence & { schemas: string }>();
  for (const worker of workers) {
    const { handlers = [], schemas, startedAt } = worker;
    if (schemas === undefined) continue;
    for (const name of handlers) {
      const other = latest.get(name);
      if (!other || other.startedAt < startedAt) latest.set(name, { ...worker, schemas });
    }
  }
  const asked = names.flatMap((name) => latest.get(name)?.schemas ?? []);
  const digests = [...new Set(asked)];
  const texts = await store.schemas(digests);
  const told = new Map(
    digests.map((digest, at) => [
      digest,
      JSON.parse(texts[at] ?? '{}') as Record<string, Record<string, unknown>>,
    ]),
  );
  return new Map(
    names.flatMap((name) => {
      const all = told.get(latest.get(name)?.schemas ?? '') ?? {};
      const schema = Object.hasOwn(all, name) ? all[name] : undefined;
      return schema ? [[name, { schema }] as const] : [];
    }),
  );
}

function namesOf({ workers, tallies }: Known, schedules: SchedulesOf): string[] {
  return [
    ...new Set([
      ...workers.flatMap(({ handlers = [] }) => handlers),
      ...[...tallies.values()].flatMap(({ handlers }) => handlers.map(({ handler }) => handler)),
      ...schedules.keys(),
    ]),
  ];
}

interface Gathered {
  view: HandlerView;
  queues: Set<string>;
}

function viewsOf(
  { workers, tallies }: Known,
  schedules: SchedulesOf,
  names: ReadonlySet<string>,
): Map<string, HandlerView> {
  const gathered = new Map<string, Gathered>();
  const of = (name: string): Gathered | undefined => {
    if (!names.has(name)) return undefined;
    let one = gathered.get(name);
    if (!one) {
      const scheduleCount = schedules.get(name)?.size ?? 0;
      const counts = { ready: 0, running: 0 };
      one = {
        view: { name, workers: [], workerCount: 0, queues: [], scheduleCount, counts },
        queues: new Set(),
      };
      gathered.set(name, one);
    }
    return one;
  };
  for (const { id, name, queues = [], handlers = [] } of workers) {
    for (const handler of handlers) {
      const one = of(handler);
      if (!one) continue;
      one.view.workerCount += 1;
      if (one.view.workers.length < NAMED) one.view.workers.push({ id, name });
      for (const queue of queues) one.queues.add(queue);
    }
  }
  for (const [queue, { handlers, unseen }] of tallies) {
    for (const { handler, ready, running } of handlers) {
      const one = of(handler);
      if (!one) continue;
      one.queues.add(queue);
      one.view.counts.ready += ready;
      one.view.counts.running += running;
      if (unseen > 0) one.view.exact = false;
    }
  }
  for (const name of names) if (schedules.has(name)) of(name);
  return new Map(
    [...gathered].map(([name, { view, queues }]) => [name, { ...view, queues: [...queues].sort() }]),
  );
}

function countsIn(tally: HandlerTally | undefined, name: string): { ready: number; running: number } {
  const { ready = 0, running = 0 } = tally?.handlers.find(({ handler }) => handler === name) ?? {};
  return { ready, running };
}
