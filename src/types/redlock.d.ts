/** redlock 5.0.0-beta.2 ships types that its `exports` hides; this declares what we use of it. */
declare module 'redlock' {
  import type { EventEmitter } from 'node:events';
  import type { Redis } from 'ioredis';

  export interface Settings {
    readonly driftFactor: number;
    readonly retryCount: number;
    readonly retryDelay: number;
    readonly retryJitter: number;
    readonly automaticExtensionThreshold: number;
  }

  export interface Lock {
    readonly resources: string[];
    readonly value: string;
    readonly expiration: number;
  }

  /** Turns the library's own script text into ours. */
  export type ScriptOverride = (original: string) => string;

  export default class Redlock extends EventEmitter {
    constructor(
      clients: Iterable<Redis>,
      settings?: Partial<Settings>,
      scripts?: {
        acquireScript?: ScriptOverride;
        extendScript?: ScriptOverride;
        releaseScript?: ScriptOverride;
      },
    );
    acquire(resources: string[], durationMs: number): Promise<Lock>;
    extend(lock: Lock, durationMs: number): Promise<Lock>;
    release(lock: Lock): Promise<unknown>;
  }
}
