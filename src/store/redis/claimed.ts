/** A claimed task: decoded as far as it is looked at, because most handlers look at the payload alone. */

import type { Priority } from '../../domain/task/task.js';
import type { ClaimedTask, TaskOptions } from '../contract/index.js';
import type { Lane } from './partition.js';
import { decodeTask, dueIn, PLAIN, type TaskRecord } from './record.js';

export class Claimed implements ClaimedTask {
  readonly id: string;
  readonly queue: string;
  readonly attempt: number;
  readonly failures: number;
  readonly token: string;
  readonly handler: string;
  readonly priority: Priority;
  declare readonly firstStartedAt?: number;
  readonly #record: string;
  readonly #bar: number;
  /** The header ends in ` 0|`: no options, and what follows is the payload. */
  readonly #plain: boolean;
  #decoded: TaskRecord | null = null;

  constructor(
    id: string,
    queue: string,
    lane: Lane,
    attempt: number,
    failures: number,
    token: string,
    record: string,
    firstStartedAt?: number,
  ) {
    this.id = id;
    this.queue = queue;
    this.handler = lane.handler;
    this.priority = lane.priority;
    this.attempt = attempt;
    this.failures = failures;
    this.token = token;
    if (firstStartedAt !== undefined) this.firstStartedAt = firstStartedAt;
    this.#record = record;
    this.#bar = record.indexOf('|');
    this.#plain = record.startsWith(' 0', this.#bar - 2);
  }

  get payload(): string {
    return this.#plain ? this.#record.slice(this.#bar + 1) : this.#whole.payload;
  }

  get options(): TaskOptions {
    return this.#plain ? PLAIN : this.#whole.options;
  }

  get createdAt(): number {
    return this.#whole.createdAt;
  }

  get dueAt(): number {
    return this.#decoded?.dueAt ?? dueIn(this.#record);
  }

  get #whole(): TaskRecord {
    this.#decoded ??= decodeTask(this.#record, this.id);
    return this.#decoded;
  }
}
