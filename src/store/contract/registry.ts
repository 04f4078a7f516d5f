/** The registry: one small partition that says who and what there is. */

import type { RecordedTerm, StepDown } from './leader.js';

/** The small shared partition: who and what there is. */
export interface RegistryStore {
  server(): Promise<ServerFacts>;
  queues(): Promise<string[]>;
  /**
   * For each queue what changes with everything that nodes are told of it (see Signal): a signal that was not heard is
   * seen by it. '' where there is no such queue. Many are one question.
   */
  told(queues: readonly string[]): Promise<string[]>;
  /**
   * A process says that it is there. `formers`: ids it had before, the latest first, which are there no longer; what was
   * asked of those is asked of this one.
   */
  announce(
    kind: 'node' | 'worker',
    presence: Presence,
    ttlMs: number,
    formers?: readonly string[],
  ): Promise<AnnounceReply>;
  depart(kind: 'node' | 'worker', id: string): Promise<void>;
  /** What present workers say of the payloads of their handlers, JSON handler → schema, for so long; said again it stays. */
  keepSchemas(digest: string, text: string, ttlMs: number): Promise<void>;
  /** What is kept under these digests; null: nothing. */
  schemas(digests: readonly string[]): Promise<(string | null)[]>;
  present(kind: 'node' | 'worker'): Promise<Presence[]>;
  /** What is asked of these workers, followed or not. */
  orders(workers: readonly string[]): Promise<(Orders | null)[]>;
  /** One change of all that is asked of a worker by compare-and-set. `unknown`: it is not present. */
  order(worker: string, change: OrderChange): Promise<'ok' | 'stale' | 'unknown'>;
  /** Sets a value for a while unless there is one; answers the one that stands. */
  remember(key: string, value: string, ttlMs: number): Promise<string>;
  /** What processes last said of themselves, also of some that are not present any more: kept for a while. */
  lastSeen(kind: 'node' | 'worker', ids: readonly string[]): Promise<(Presence | null)[]>;
  office(): Promise<RecordedTerm | null>;
  /**
   * Whether the caller may depose this leader: its term and watermark are still the ones recorded, and the watermark
   * is at least `patienceMs` old by Redis time. True for one caller only; the others wait as long again.
   */
  depose(recorded: RecordedTerm, patienceMs: number): Promise<boolean>;
  subscribe(listener: (signal: Signal) => void): Promise<() => void>;
}

/** What a process says of itself every few seconds. */
export interface Presence {
  id: string;
  name: string;
  host: string;
  pid: number;
  version: string;
  startedAt: number;
  seenAt: number;
  /** Workers only. */
  queues?: string[];
  handlers?: string[];
  /** Digest of the schemas of their payloads (see `keepSchemas`). */
  schemas?: string;
  concurrency?: number;
  running?: number;
  /** Those of what it runs that have run longest. */
  tasks?: RunningTask[];
  /** It takes nothing at present, as it was asked to. */
  quiet?: boolean;
  /** It takes nothing any more, and leaves once what it runs has ended. */
  stopping?: boolean;
  /** Nonce of the orders that it follows. */
  obeys?: string;
  /** Attempts since its start: ended, failed, and failed to run again. */
  processed?: number;
  failed?: number;
  retried?: number;
  /** Of its process. */
  memoryBytes?: number;
  /** Of its host: processes that want to run, over the last minute. */
  load?: number;
  /** Nodes only. */
  tz?: string;
  url?: string;
  /** How far its machine's clock is ahead of Redis, ms: shown, never reckoned with. */
  clockOffsetMs?: number;
  /** Of what is deployed; workers, too. */
  release?: string;
  /** What became of its schedule files; absent: they are still being read or proposed. */
  files?: PresentFiles;
}

/** What a process is told when it says that it is there. */
export interface AnnounceReply {
  /** What is asked of a worker that it does not follow yet (see `obeys`). */
  orders: Orders | null;
  /** Told to nodes: changes with every signal about file sets and operations, as `told` does with those of a queue. */
  told: string;
  /** Told to nodes: how many queues there are. */
  queues: number;
}

/** A task that a worker runs. */
export interface RunningTask {
  id: string;
  handler: string;
  queue: string;
  /** ms. */
  since: number;
}

/** All that is asked of a worker at present, whoever asked: followed again it changes nothing. Absent: as it was started. */
export interface Orders {
  /** One for each change, the latest last; the first of many are forgotten. */
  nonces: readonly string[];
  quiet?: boolean;
  stop?: boolean;
  concurrency?: number;
  /** Queues it takes part in, or no longer. */
  queues?: Readonly<Record<string, boolean>>;
}

export interface OrderChange {
  /** What the caller read; null: nothing. */
  expect: Orders | null;
  orders: Orders;
}

/** `set: null`: the node has no schedule files. */
export interface PresentFiles {
  set: string | null;
  /** Absent while the files have problems. */
  digest?: string;
  environment?: string;
  directory?: string;
  problems: number;
  /** The first of them. */
  shown?: { pointer: string; detail: string }[];
}

/**
 * Something changed; a lost one is found out by `told`. Where a promotion found neither leases nor late runs nodes rest:
 * the first lease, cancellation or withdrawal there is told as `due` 0. `streak`: as many runs in a row of a schedule there
 * are dead as make it pause itself.
 */
export type Signal =
  | { kind: 'due'; queue: string; due: number }
  | { kind: 'schedules'; queue: string }
  | { kind: 'partition'; queue: string }
  | { kind: 'sets'; set: string }
  | { kind: 'operations' }
  /** The leader of this term is asked to step down. */
  | ({ kind: 'stepDown' } & StepDown)
  | { kind: 'streak'; queue: string }
  | { kind: 'reconnected' };

/** The server behind the store. */
export interface ServerFacts {
  version: string;
  /** Redis time, ms. */
  time: number;
  usedMemory: number;
  connectedClients: number;
}
