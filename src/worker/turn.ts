/** One turn of a worker, as a pure decision: what to send, whom to wait for and when to look again follow from what it sees. */

/** Two claims may be under way in a queue, one in each window of nonces. */
export const WINDOWS = 2;
/** Tasks or endings in one call. */
export const MOST = 1_000;
/** From so many slots on, two claims of half of them beat one of all: below, each would cost more than it saves (bench/). */
const WORTH_HALVING = 100;
/**
 * Queues that stay empty are looked at by themselves, all of them together no more often than this (ms): what an idle
 * worker costs does not grow with its queues.
 */
export const BETWEEN_LOOKS = 1_500;

/** One queue as a turn sees it. */
export interface QueueView {
  /** Completions that the next claim will carry. */
  readonly completions: number;
  /** Other endings, and whether a call that carries some is under way. */
  readonly settlements: number;
  readonly settling: boolean;
  /** Claims under way, and the slots they asked for. */
  readonly claiming: number;
  readonly asking: number;
  /** Nothing is claimed here any more; what has ended is still told. */
  readonly closed: boolean;
  /** Nothing was ready at the last look. */
  readonly empty: boolean;
  /** When an empty queue is looked at because a task comes due (monotonic ms). */
  readonly dueAt: number;
  /** When an empty queue is looked at because nobody told anything for long (monotonic ms). */
  readonly lookAt: number;
  /** A wake token was taken that no claim has answered yet. */
  readonly owesToken: boolean;
}

/** The wait for wake tokens that is under way: of no queue, of every one, or of those alone that were empty. */
export type Waiting = 'none' | 'all' | 'some';

export interface WorkerView<Q extends QueueView> {
  /** Monotonic ms. */
  readonly now: number;
  readonly queues: readonly Q[];
  /** False while it drains. */
  readonly claiming: boolean;
  readonly concurrency: number;
  readonly running: number;
  /** Index of the queue whose turn it is. */
  readonly next: number;
  /** When an empty queue was last looked at by itself. */
  readonly lookedAt: number;
  readonly waiting: Waiting;
}

export interface Turn<Q> {
  /** Claims, each with the completions of its queue; a `want` of 0 only records those. */
  send: { queue: Q; want: number }[];
  settle: Q[];
  /** Queues whose wake token goes back: nobody in this process can use it now. */
  giveBack: Q[];
  /** Wait for wake tokens of these queues; null: not now. */
  wait: Q[] | null;
  /** The wait under way misses queues that matter now: it is to end. */
  interrupt: boolean;
  /** When to look again without being told anything (monotonic ms); Infinity: never. */
  until: number;
  /** Whose turn it is then. */
  next: number;
  lookedAt: number;
}

/** Slots one claim asks for at most: with many of them the store works on one half while the other runs here. */
export function portionOf(concurrency: number): number {
  return Math.min(MOST, concurrency >= WORTH_HALVING ? Math.ceil(concurrency / 2) : concurrency);
}

export function turn<Q extends QueueView>(view: WorkerView<Q>): Turn<Q> {
  const { now, queues, claiming, lookedAt } = view;
  const plan: Turn<Q> = {
    send: [],
    settle: [],
    giveBack: [],
    wait: null,
    interrupt: false,
    until: Number.POSITIVE_INFINITY,
    next: view.next,
    lookedAt,
  };
  const portion = portionOf(view.concurrency);
  let free = claiming ? view.concurrency - view.running : 0;
  // What a closed one still gets goes back: it fills no slot.
  for (const queue of queues) if (!queue.closed) free -= queue.asking;
  const look = free > 0 && now >= lookedAt + BETWEEN_LOOKS ? longestUnseen(queues, now) : null;
  const wanted = (queue: Q): number =>
    free > 0 && !queue.closed && (!queue.empty || (queue.dueAt <= now && isAtRest(queue)) || queue === look)
      ? Math.min(portion, free)
      : 0;
  const send = (queue: Q, want: number): void => {
    plan.send.push({ queue, want });
    free -= want;
    if (queue === look && want > 0) plan.lookedAt = now;
  };

  // Queues take turns by serving: the one after the last that was asked for tasks comes first next time.
  for (let i = 0; i < queues.length; i += 1) {
    const at = (view.next + i) % queues.length;
    const queue = queues[at] as Q;
    if (queue.settlements > 0 && !queue.settling) plan.settle.push(queue);
    const want = wanted(queue);
    const sends = isWorthIt(queue.claiming, want, queue.completions, portion);
    if (sends) send(queue, want);
    if (sends && want > 0) plan.next = (at + 1) % queues.length;
    else if (queue.owesToken && (free <= 0 || queue.closed)) plan.giveBack.push(queue);
  }
  // What is left over goes into second claims.
  for (let i = 0, first = plan.send.length; i < first; i += 1) {
    const { queue } = plan.send[i] as { queue: Q };
    const want = queue === look || queue.empty ? 0 : wanted(queue);
    const completions = Math.max(0, queue.completions - MOST);
    if (isWorthIt(queue.claiming + 1, want, completions, portion)) send(queue, want);
  }
  if (claiming) listen(view, plan, free > 0);
  return plan;
}

/** A second claim under way must be worth its round trip. */
function isWorthIt(claiming: number, want: number, completions: number, portion: number): boolean {
  if (claiming >= WINDOWS || (want === 0 && completions === 0)) return false;
  return claiming === 0 || Math.max(want, completions) >= portion / 2;
}

/** Of the empty queues that nobody told anything of for long enough the one that is due longest. */
function longestUnseen<Q extends QueueView>(queues: readonly Q[], now: number): Q | null {
  let found: Q | null = null;
  for (const queue of queues) {
    if (!isAtRest(queue) || queue.lookAt > now) continue;
    if (found === null || queue.lookAt < found.lookAt) found = queue;
  }
  return found;
}

/** Nothing is ready there as far as is known, and no answer is on its way that may tell more. */
function isAtRest(queue: QueueView): boolean {
  return queue.empty && !queue.closed && queue.claiming === 0;
}

/**
 * With free slots a worker waits for wake tokens of every queue, however few are empty, and for what comes due. With
 * none it waits for those that are empty while others have work: a token tells it that they take part in the turns.
 */
function listen<Q extends QueueView>(view: WorkerView<Q>, plan: Turn<Q>, free: boolean): void {
  let open = 0;
  let empty = 0;
  let lookAt = Number.POSITIVE_INFINITY;
  for (const queue of view.queues) {
    if (queue.closed) continue;
    open += 1;
    if (!queue.empty) continue;
    empty += 1;
    if (!free || queue.claiming > 0 || plan.send.some((sent) => sent.queue === queue)) continue;
    plan.until = Math.min(plan.until, queue.dueAt);
    lookAt = Math.min(lookAt, queue.lookAt);
  }
  if (empty === 0) return;
  if (free) {
    plan.until = Math.min(plan.until, Math.max(lookAt, plan.lookedAt + BETWEEN_LOOKS));
    if (view.waiting === 'none') plan.wait = view.queues.filter(({ closed }) => !closed);
    plan.interrupt = view.waiting === 'some';
  } else if (view.waiting === 'none' && view.running >= view.concurrency && empty < open) {
    plan.wait = view.queues.filter((queue) => !queue.closed && queue.empty);
  }
}
