/** What this process knows of one partition: its code, and its lanes in the order workers are served. */

import { PRIORITIES, type Priority } from '../../domain/task/task.js';
import { partitionCode } from '../../runtime/short-hash.js';
import type { Place } from './call.js';
import { type PartitionKeys, partitionKeys } from './keys.js';

export interface Lane {
  code: string;
  handler: string;
  priority: Priority;
}

/** Which priority a claim looks at first, in turn: 6 : 3 : 1, so that none starves. */
const TURNS: readonly Priority[] = [
  'high',
  'high',
  'normal',
  'high',
  'high',
  'normal',
  'high',
  'normal',
  'high',
  'low',
];

/**
 * Plain, gated (tasks with a tie), of runs of schedules, and of those that wait for earlier runs; with a concurrency key:
 * of tasks, of runs, and of those that wait.
 */
export type LaneKind = '' | '_' | '@' | '+' | '#' | '%' | '&';

/** The interned name of a lane. It begins with its kind, as its code does. */
export function laneName(priority: Priority, handler: string, kind: LaneKind = ''): string {
  return `${kind}${priority[0]}${handler}`;
}

export class Partition implements Place {
  readonly queue: string;
  /** Where signals are told. */
  readonly channel: string;
  readonly keys: PartitionKeys;
  /** Begins the ids of its one-off tasks. Made of the queue's name; two queues may share one. */
  readonly code: string;
  opened = false;
  /** When it was opened, as far as is known: emptied and opened again it has another, and what was learnt no longer holds. */
  birth = '';
  /** The last tasks were not all new, or there was no room for all of them. */
  refuses = false;
  /** The birth and the number of fields that all lanes were read at, as lua/list.lua compares them. */
  lanesKnown = '/0';
  #codes = new Map<string, string>();
  #lanes = new Map<string, Lane>();
  #served = new WeakMap<readonly string[], ServedLanes>();

  constructor(namespace: string, queue: string, channel: string) {
    this.queue = queue;
    this.channel = channel;
    this.keys = partitionKeys(namespace, queue);
    this.code = partitionCode(queue);
  }

  get prefix(): string {
    return this.keys.prefix;
  }

  /** The partition was emptied under us: nothing known of it holds any more. */
  forget(): void {
    this.opened = false;
    this.forgetLanes();
  }

  forgetLanes(): void {
    this.lanesKnown = '/0';
    this.#codes = new Map();
    this.#lanes = new Map();
    this.#served = new WeakMap();
  }

  learn(name: string, code: string): void {
    if (this.#codes.get(name) === code) return;
    this.#codes.set(name, code);
    const plain = name.replace(/^[_@+#%&]/, '');
    const priority = PRIORITIES.find((candidate) => candidate[0] === plain[0]) ?? 'normal';
    this.#lanes.set(code, { code, handler: plain.slice(1), priority });
    this.#served = new WeakMap();
  }

  laneOf(name: string): string | undefined {
    return this.#codes.get(name);
  }

  lane(code: string): Lane | undefined {
    return this.#lanes.get(code);
  }

  get lanes(): Lane[] {
    return [...this.#lanes.values()];
  }

  get laneCount(): number {
    return this.#lanes.size;
  }

  /** The lanes a worker with these handlers can run; cached by the array's identity. */
  served(handlers: readonly string[]): ServedLanes {
    let served = this.#served.get(handlers);
    if (!served) {
      const known = new Set(handlers);
      served = new ServedLanes(
        this.keys,
        this.lanes.filter((lane) => known.has(lane.handler)),
        handlers.every((handler) => this.#codes.has(laneName('normal', handler))),
      );
      this.#served.set(handlers, served);
    }
    return served;
  }
}

/**
 * Orders a worker's lanes for each claim: priorities by weight, and within each of them the handlers in a round of its
 * own, which goes on behind the handler that was served last. Only what was handed out moves either.
 */
export class ServedLanes {
  readonly wakes: readonly string[];
  /** Each handler has at least its normal lane. */
  readonly complete: boolean;
  readonly #rounds: Record<Priority, Round> = { high: newRound(), normal: newRound(), low: newRound() };
  readonly #single: string | null;
  #turn = 0;
  #last = '';

  constructor(keys: PartitionKeys, lanes: readonly Lane[], complete: boolean) {
    this.complete = complete;
    this.wakes = lanes.map((lane) => keys.wake(lane.code));
    for (const lane of lanes) {
      const { kinds } = this.#rounds[lane.priority];
      const kind = kinds.find(({ handler }) => handler === lane.handler);
      if (kind) kind.codes.push(lane.code);
      else kinds.push({ handler: lane.handler, codes: [lane.code] });
    }
    this.#single = lanes.length === 1 ? lanes.map(({ code }) => code).join() : null;
  }

  /** Codes of the lanes in the order the next claim takes from them, with a space between. */
  next(): string {
    if (this.#single !== null) return this.#single;
    const first = TURNS[this.#turn % TURNS.length] ?? 'normal';
    const order = [first, ...PRIORITIES.filter((priority) => priority !== first)];
    this.#last = order.flatMap((priority) => inOrder(this.#rounds[priority])).join(' ');
    return this.#last;
  }

  /** As in the claim before: for one that takes nothing. */
  get last(): string {
    return this.#single ?? this.#last;
  }

  /** A claim was answered with tasks of these lanes, in this order. */
  took(lanes: readonly Lane[]): void {
    if (this.#single !== null || lanes.length === 0) return;
    this.#turn += 1;
    for (const { priority, handler, code } of lanes) {
      const round = this.#rounds[priority];
      const at = round.kinds.findIndex((kind) => kind.handler === handler);
      const kind = round.kinds[at];
      if (!kind) continue;
      round.next = (at + 1) % round.kinds.length;
      // Its lanes take turns in their one place.
      if (kind.codes.length > 1 && kind.codes.includes(code)) {
        kind.codes = [...kind.codes.filter((one) => one !== code), code];
      }
    }
  }
}

/** All lanes of one handler, of whatever kind, have one place in the round of their priority. */
interface Kind {
  handler: string;
  codes: string[];
}

interface Round {
  kinds: Kind[];
  next: number;
}

const newRound = (): Round => ({ kinds: [], next: 0 });

function inOrder({ kinds, next }: Round): string[] {
  return [...kinds.slice(next), ...kinds.slice(0, next)].flatMap(({ codes }) => codes);
}
