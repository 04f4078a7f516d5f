/** The registry: one small partition that says who and what there is. */

import type { RecordedTerm } from './leader.js';

/** The small shared partition: who and what there is. */
export interface RegistryStore {
  server(): Promise<ServerFacts>;
  queues(): Promise<string[]>;
  /**
   * For each queue what changes with everything that nodes are told of it (see Signal): a signal that was not heard is
   * seen by it. '' where there is no such queue. Many are one question.
   */
  told(queues: readonly string[]): Promise<string[]>;
  announce(kind: 'node' | 'worker', presence: Presence, ttlMs: number): Promise<void>;
  depart(kind: 'node' | 'worker', id: string): Promise<void>;
  present(kind: 'node' | 'worker'): Promise<Presence[]>;
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
  concurrency?: number;
  running?: number;
  /** Nodes only. */
  tz?: string;
  url?: string;
  release?: string;
  /** What became of its schedule files; absent: they are still being read or proposed. */
  files?: PresentFiles;
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
