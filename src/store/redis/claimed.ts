/** A claimed task: decoded as far as it is looked at, because most handlers look at the payload alone. */

import type { Priority } from '../../domain/task.js';
import type { ClaimedTask, TaskOptions } from '../contract.js';
import type { Lane } from './partition.js';
import { decodeTask, type TaskRecord } from './record.js';

export class Claimed implements ClaimedTask {
  readonly id: string;
  readonly queue: string;
  readonly attempt: number;
  readonly failures: number;
  readonly token: string;
  readonly handler: string;
  readonly priority: Priority;
  readonly #record: string;
  #decoded: TaskRecord | null = null;

  constructor(
    id: string,
    queue: string,
    lane: Lane,
    attempt: number,
    failures: number,
    token: string,
    record: string,
  ) {
    this.id = id;
    this.queue = queue;
    this.handler = lane.handler;
    this.priority = lane.priority;
    this.attempt = attempt;
    this.failures = failures;
    this.token = token;
    this.#record = record;
  }

  /** Of a plain task the header ends in ` 0|`, and what follows is the payload. */
  get payload(): string {
    const bar = this.#record.indexOf('|');
    return this.#record.startsWith(' 0', bar - 2) ? this.#record.slice(bar + 1) : this.#whole.payload;
  }

  get options(): TaskOptions {
    return this.#whole.options;
  }

  get createdAt(): number {
    return this.#whole.createdAt;
  }

  get dueAt(): number {
    return this.#whole.dueAt;
  }

  get #whole(): TaskRecord {
    this.#decoded ??= decodeTask(this.#record);
    return this.#decoded;
  }
}
