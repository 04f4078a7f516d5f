/** The redis-server process under its guard: started, awaited until its data is loaded, and ended. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mono } from '../runtime/clock.js';
import { after, sleep } from '../runtime/timers.js';
import { REDIS_GUARD } from './redis-guard.js';
import { probeRedis, type RedisAddress } from './redis-probe.js';

/** Without any answer for this long a starting Redis counts as failed, ms. Reading a long AOF is an answer. */
const START_LIMIT = 30_000;
/** A stop that takes longer is finished with SIGKILL, ms. */
const STOP_LIMIT = 15_000;
const PAUSE_BETWEEN_PROBES = 10;
/** The guard's exit code when another process kept the lock. */
export const GUARD_LOCKED = 75;

export class RedisChild {
  /** The guard's exit code; it exits when Redis has. */
  readonly exit: Promise<number | null>;
  readonly #guard: ChildProcess;
  #gone = false;
  #pid = 0;

  constructor(lock: string, log: string, command: readonly string[]) {
    this.#guard = spawn('sh', ['-c', REDIS_GUARD, 'carillon-redis-guard', lock, log, ...command], {
      // Detached is a session of its own: a Ctrl-C in the terminal reaches us, and we decide when Redis ends.
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#guard.stdin?.on('error', () => {});
    this.exit = new Promise((resolve) => {
      const end = (code: number | null): void => {
        this.#gone = true;
        // Should the guard alone have been killed, its watcher now ends Redis.
        this.#guard.stdin?.destroy();
        resolve(code);
      };
      this.#guard.once('error', () => end(null));
      this.#guard.once('exit', end);
    });
  }

  /** Redis' own process id; 0 until ready() has seen it. */
  get pid(): number {
    return this.#pid;
  }

  /** True once our own process, and no other that may sit on the port, answers with its data loaded. */
  async ready(address: RedisAddress, onLoading: () => void): Promise<boolean> {
    this.#pid = Number(await this.#firstLine());
    let told = false;
    let limit = mono() + START_LIMIT;
    while (this.#pid > 0 && !this.#gone && mono() < limit) {
      const identity = await probeRedis(address);
      if (identity?.pid === this.#pid) {
        if (!identity.loading) return true;
        limit = mono() + START_LIMIT;
        if (!told) onLoading();
        told = true;
      }
      await sleep(PAUSE_BETWEEN_PROBES);
    }
    return false;
  }

  /** Ends Redis by letting the guard see the end of its input, as it would after kill -9 of this process. */
  async abandon(): Promise<void> {
    this.#guard.stdin?.destroy();
    await this.exit;
  }

  /** Ends Redis with its data written; SIGCONT lets a stopped one hear it, SIGKILL follows when it does not. */
  async stop(): Promise<void> {
    this.#signal('SIGTERM');
    this.#signal('SIGCONT');
    const cancel = after(STOP_LIMIT, () => this.#signal('SIGKILL'));
    await this.exit;
    cancel();
  }

  #signal(name: NodeJS.Signals): void {
    // Once the guard has reaped Redis its number may belong to somebody else.
    if (this.#gone) return;
    try {
      process.kill(this.#pid, name);
    } catch {
      // It ended this very moment.
    }
  }

  #firstLine(): Promise<string> {
    return new Promise((resolve) => {
      let text = '';
      this.#guard.stdout?.setEncoding('utf8');
      this.#guard.stdout?.on('data', (chunk: string) => {
        text += chunk;
      });
      this.#guard.stdout?.once('close', () => resolve(text.trim()));
    });
  }
}
