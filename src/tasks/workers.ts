/** Workers as people see them: who is there to run tasks, what each of them runs, and what is asked of it. */

import { cursorTo, nameCursor } from '../domain/input/cursors.js';
import { CarillonError, NameConflict } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import { about, type Values, wholeText } from '../domain/input/readers.js';
import type { Orders, Presence, RegistryStore } from '../store/contract/index.js';

type WorkerStore = Pick<RegistryStore, 'present' | 'orders'>;

/** A task that a worker runs. */
export interface RunningTaskView {
  /** Of the task. */
  id: string;
  /** What runs it. */
  handler: string;
  /** Where it came from. */
  queue: string;
  /** When this attempt began. */
  since: string;
}

/** What a worker was asked to do and has not said yet that it does. */
export interface AskedView {
  /** true: to take nothing; false: to take tasks again. */
  quiet?: boolean;
  /** To finish what it runs, and to leave. */
  stop?: boolean;
  /** To run so many at once. */
  concurrency?: number;
  /** Queues that it is to take part in. */
  add?: string[];
  /** Queues that it is to leave. */
  remove?: string[];
}

/** A worker that is there; times are RFC 3339. */
export interface WorkerView {
  /** `<name>~<random>`, new for each process. */
  id: string;
  /** Its label. */
  name: string;
  /** Where it runs. */
  host: string;
  /** Its process there. */
  pid: number;
  /** Of Carillon. */
  version: string;
  /** Of what is deployed, where it was told. */
  release?: string;
  /** Queues it claims from. */
  queues: string[];
  /** Handlers it has. */
  handlers: string[];
  /** Tasks it runs at once, at most. */
  concurrency: number;
  /** Tasks it ran at its last beat: those that have run longest, at most 20. */
  running: RunningTaskView[];
  /** How many it ran then, in all. */
  runningCount: number;
  /** It takes nothing at present, as it was asked to. */
  quiet: boolean;
  /** It takes nothing any more, and leaves once what it runs has ended. */
  stopping: boolean;
  /** What it was asked and has not confirmed; its next two beats do. */
  asked?: AskedView;
  /** Attempts that have ended here since it started, handed back ones left out. */
  processed: number;
  /** Of those, that failed. */
  failed: number;
  /** Of those, that run again. */
  retried: number;
  /** Of its process. */
  memoryBytes?: number;
  /** Of its host: processes that want to run, on the average of a minute. */
  load?: number;
  /** When it started. */
  startedAt: string;
  /** When it said last that it is there; it does so each third of its lease, at least every five seconds. */
  lastBeatAt: string;
  /** The same. */
  seenAt: string;
}

const USUAL_LIMIT = 1_000;
const ID = /^([A-Za-z0-9][A-Za-z0-9._:-]{0,127})~[0-9A-Za-z]{1,32}$/;
const isWorkerId = (text: unknown): text is string => typeof text === 'string' && ID.test(text);

/** What a list of workers may be asked for, as a query string gives it. */
export const WORKER_LIST = {
  limit: about(wholeText(1, 1000), `how many, at most 1000; by default ${USUAL_LIMIT}`),
  cursor: about(nameCursor(isWorkerId), 'nextCursor of the page before'),
};

export interface WorkerPage {
  items: WorkerView[];
  nextCursor: string | null;
}

/** Those that have said within 15 s that they are there, by name. */
export async function listWorkers(store: WorkerStore): Promise<WorkerView[]> {
  return viewsOf(store, inOrder(await store.present('worker')));
}

/** The same, page by page. */
export async function workerPage(
  store: WorkerStore,
  { limit = USUAL_LIMIT, cursor }: Values<typeof WORKER_LIST>,
): Promise<WorkerPage> {
  const all = inOrder(await store.present('worker'));
  const after = cursor === undefined ? null : { id: cursor, name: ID.exec(cursor)?.[1] ?? '' };
  const behind = after ? all.filter((worker) => compare(worker, after) > 0) : all;
  const page = behind.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = last && behind.length > page.length ? cursorTo(last.id) : null;
  return { items: await viewsOf(store, page), nextCursor };
}

/** One by its id or its name. Throws `not_found`, and `conflict` with the ids where several go by this name. */
export async function findWorker(store: WorkerStore, idOrName: string): Promise<WorkerView> {
  const [view] = await viewsOf(store, [await knownWorker(store, idOrName)]);
  return view as WorkerView;
}

/** As `findWorker`: what it says of itself. */
export async function knownWorker(
  store: Pick<RegistryStore, 'present'>,
  idOrName: string,
): Promise<Presence> {
  const present = inOrder(await store.present('worker'));
  const found = present.filter(({ id, name }) => id === idOrName || name === idOrName);
  const [worker] = found;
  if (!worker) {
    throw new CarillonError('not_found', 'No worker that is there has this id or name.');
  }
  if (found.length === 1) return worker;
  const ids = found.map(({ id }) => id);
  throw new NameConflict(`${found.length} workers go by the name ${idOrName}: ${ids.join(', ')}.`, ids);
}

async function viewsOf(store: Pick<RegistryStore, 'orders'>, workers: readonly Presence[]) {
  const orders = await store.orders(workers.map(({ id }) => id));
  return workers.map((worker, at) => workerView(worker, orders[at] ?? null));
}

/** Written out, for there may be thousands: objects that are spread cost several times as much. */
export function workerView(worker: Presence, orders: Orders | null): WorkerView {
  const { release, memoryBytes, load, tasks = [] } = worker;
  const asked = orders && orders.nonces.at(-1) !== worker.obeys ? askedView(orders) : null;
  const seenAt = formatInstant(worker.seenAt);
  const view: WorkerView = {
    id: worker.id,
    name: worker.name,
    host: worker.host,
    pid: worker.pid,
    version: worker.version,
    queues: worker.queues ?? [],
    handlers: worker.handlers ?? [],
    concurrency: worker.concurrency ?? 0,
    running: tasks.map(({ id, handler, queue, since }) => ({
      ...{ id, handler, queue },
      since: formatInstant(since),
    })),
    runningCount: worker.running ?? 0,
    quiet: worker.quiet ?? false,
    stopping: worker.stopping ?? false,
    processed: worker.processed ?? 0,
    failed: worker.failed ?? 0,
    retried: worker.retried ?? 0,
    startedAt: formatInstant(worker.startedAt),
    lastBeatAt: seenAt,
    seenAt,
  };
  if (release !== undefined) view.release = release;
  if (asked) view.asked = asked;
  if (memoryBytes !== undefined) view.memoryBytes = memoryBytes;
  if (load !== undefined) view.load = load;
  return view;
}

function askedView({ nonces: _, queues = {}, ...asked }: Orders): AskedView {
  const named = (takes: boolean): string[] => Object.keys(queues).filter((queue) => queues[queue] === takes);
  const [add, remove] = [named(true), named(false)];
  return { ...asked, ...(add.length > 0 ? { add } : {}), ...(remove.length > 0 ? { remove } : {}) };
}

type Named = Pick<Presence, 'id' | 'name'>;

function compare(a: Named, b: Named): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

const inOrder = (workers: readonly Presence[]): Presence[] => workers.toSorted(compare);
