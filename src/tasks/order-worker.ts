/** What people ask of a worker: quiet, resume, stop, scale, queues. It is told with its next beat, and says so with the one after. */

import { MOST_CONCURRENCY } from '../domain/defaults.js';
import { CarillonError, StateConflict } from '../domain/input/errors.js';
import { isQueueName, NAME_GRAMMAR } from '../domain/input/names.js';
import { refuse } from '../domain/input/read-fields.js';
import { about, type FieldProblem, integer, type Reader, saying } from '../domain/input/readers.js';
import { randomText } from '../runtime/random.js';
import type { Orders, Presence, RegistryStore } from '../store/contract/index.js';
import { knownWorker, type WorkerView, workerView } from './workers.js';

const MOST_QUEUES = 100;
/** Against others who ask something of the same worker at the same time, and against its change of id. */
const TRIES = 20;
/** Changes that are remembered as made, so that a call which is sent again makes none. */
const REMEMBERED = 16;

const queueNames: Reader<string[]> = saying(
  (raw, path, problems) => {
    if (!Array.isArray(raw) || raw.length > MOST_QUEUES) {
      problems.push({ path, detail: `must be a list of at most ${MOST_QUEUES} queue names` });
      return undefined;
    }
    raw.forEach((one: unknown, index) => {
      if (!isQueueName(one))
        problems.push({ path: [...path, index], detail: `must be ${NAME_GRAMMAR.queue}` });
    });
    return raw as string[];
  },
  { schema: { type: 'array', items: { type: 'string' }, maxItems: MOST_QUEUES }, word: 'queues' },
);

export const SCALE = { concurrency: about(integer(1, MOST_CONCURRENCY), 'tasks it runs at once, at most') };

export const WORKER_QUEUES = {
  add: about(queueNames, 'queues that it takes part in from now on'),
  remove: about(queueNames, 'queues that it takes nothing more of; what it runs of them ends here'),
};

type OrderStore = Pick<RegistryStore, 'present' | 'orders' | 'order'>;
type Wish = Omit<Orders, 'nonces'>;

/** Each throws `not_found`, and `conflict` where several go by the name or the worker is about to leave. */
export const quietWorker = (store: OrderStore, worker: string): Promise<WorkerView> =>
  ordered(store, worker, { quiet: true });

export const resumeWorker = (store: OrderStore, worker: string): Promise<WorkerView> =>
  ordered(store, worker, { quiet: false });

export const stopWorker = (store: OrderStore, worker: string): Promise<WorkerView> =>
  ordered(store, worker, { stop: true });

export const scaleWorker = (store: OrderStore, worker: string, concurrency: number): Promise<WorkerView> =>
  ordered(store, worker, { concurrency });

export async function changeQueues(
  store: OrderStore,
  worker: string,
  { add = [], remove = [] }: { add?: readonly string[]; remove?: readonly string[] },
): Promise<WorkerView> {
  const problems: FieldProblem[] = [];
  if (add.length + remove.length === 0) problems.push({ path: ['add'], detail: 'or remove is required' });
  for (const [index, queue] of remove.entries())
    if (add.includes(queue)) problems.push({ path: ['remove', index], detail: 'must not stand in add, too' });
  if (problems.length > 0) refuse('invalid_input', problems);
  const queues = Object.fromEntries([
    ...add.map((queue) => [queue, true] as const),
    ...remove.map((queue) => [queue, false] as const),
  ]);
  return ordered(store, worker, { queues });
}

async function ordered(store: OrderStore, idOrName: string, wish: Wish): Promise<WorkerView> {
  const nonce = randomText(8);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const worker = await knownWorker(store, idOrName);
    const [before = null] = await store.orders([worker.id]);
    if (before?.nonces.includes(nonce)) return workerView(worker, before);
    if (!wish.stop && (worker.stopping || before?.stop)) {
      throw new StateConflict(`The worker ${worker.id} is stopping: it takes no more orders.`, 'stopping');
    }
    const orders = together(worker, before, wish, nonce);
    const word = await store.order(worker.id, { expect: before, orders });
    if (word === 'ok') return workerView(worker, orders);
  }
  throw new CarillonError('unavailable', 'Others ask too much of this worker at the same time; try again.');
}

/** What it follows already it goes on following, and need not be asked again. */
function together({ obeys }: Presence, before: Orders | null, wish: Wish, nonce: string): Orders {
  const { nonces = [], ...stands } = before ?? {};
  const open: Wish = nonces.at(-1) === obeys ? {} : stands;
  const queues = { ...open.queues, ...wish.queues };
  return {
    ...open,
    ...wish,
    ...(Object.keys(queues).length > 0 ? { queues } : {}),
    nonces: [...nonces, nonce].slice(-REMEMBERED),
  };
}
