/** The directory of an embedded Redis: that it is writable, that nobody else lives in it, and what its log says. */

import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CarillonError } from '../domain/input/errors.js';
import { sleep } from '../runtime/timers.js';
import { probeRedis, type RedisAddress } from './redis-probe.js';

/** Left while a Redis runs, for the message to whoever wants the same directory. The lock is what protects it. */
interface RunningRecord {
  owner: number;
  redis: number;
  address: RedisAddress;
}

const LOOKS = 6;
const PAUSE_BETWEEN_LOOKS = 200;

export class RedisDir {
  readonly path: string;
  readonly log: string;
  readonly lock: string;
  readonly socket: string;
  readonly #record: string;

  /** Made when missing; throws `configuration` when it cannot be written to. */
  constructor(wanted: string) {
    this.path = resolve(wanted);
    this.log = join(this.path, 'redis.log');
    this.lock = join(this.path, 'redis.lock');
    this.socket = join(this.path, 'redis.sock');
    this.#record = join(this.path, 'redis.running.json');
    try {
      mkdirSync(this.path, { recursive: true });
      accessSync(this.path, constants.W_OK | constants.X_OK);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new CarillonError('configuration', `the embedded Redis cannot write to ${this.path} (${why})`);
    }
  }

  recordRunning(redis: number, address: RedisAddress): void {
    writeFileSync(
      this.#record,
      JSON.stringify({ owner: process.pid, redis, address } satisfies RunningRecord),
    );
  }

  forgetRunning(): void {
    rmSync(this.#record, { force: true });
  }

  /**
   * A Redis whose owner is gone is ending under its guard, and the lock waits for that: no reason to refuse. An
   * owner killed this very moment still counts as a process, and its Redis still answers: look more than once.
   */
  async refuseIfTaken(): Promise<void> {
    for (let looks = 1; ; looks += 1) {
      const record = this.#readRecord();
      if (!record || !isAlive(record.owner)) return;
      const running = await probeRedis(record.address);
      if (running?.pid !== record.redis) return;
      if (looks === LOOKS) throw this.taken(`process ${record.owner}`);
      await sleep(PAUSE_BETWEEN_LOOKS);
    }
  }

  #readRecord(): RunningRecord | null {
    try {
      return JSON.parse(readFileSync(this.#record, 'utf8')) as RunningRecord;
    } catch {
      return null;
    }
  }

  taken(by: string): CarillonError {
    return new CarillonError(
      'unavailable',
      `the data in ${this.path} is already in use by ${by}: stop that one first, or use another directory`,
    );
  }

  readLog(): string {
    try {
      return readFileSync(this.log, 'utf8');
    } catch {
      return '';
    }
  }

  /** Redis' last warning, or else its last line, without process id and time. */
  lastWords(): string {
    const lines = this.readLog()
      .split('\n')
      .filter((line) => line.trim() !== '');
    const line = lines.findLast((each) => /^\d+:\w .* # /.test(each)) ?? lines.at(-1) ?? 'it said nothing';
    return line.replace(/^\d+:\w \d+ \w+ \d+ [\d:.]+ [*#.-] /, '');
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
