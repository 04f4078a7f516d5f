/**
 * Bounds every answer on a connection, and leaves a Redis that has fallen silent, with one timer for all commands:
 * Redis answers in order, so what waited at the back of the queue a while ago tells how long all before it have.
 */

import type { Redis } from 'ioredis';
import { after } from '../../runtime/timers.js';

const TICKS = 10;

interface Mark {
  /** What waited at the back of the queue then. */
  last: ReturnType<Redis['commandQueue']['peekBack']>;
  bytesRead: number;
}

/** From then on no command waits longer than about `limit` ms, nor for an answer that a closed connection cannot bring. */
export function watch(redis: Redis, limit: number): void {
  let cancel = (): void => {};
  let marks: Mark[] = [];

  const tick = (): void => {
    const { stream, commandQueue: waiting } = redis;
    const { bytesRead } = stream;
    marks.push({ last: waiting.peekBack(), bytesRead });
    cancel = after(limit / TICKS, tick);
    // Counted in ticks, not by the clock: a process that was itself stopped has not waited for Redis.
    const past = marks.length > TICKS ? marks.shift() : undefined;
    const late = past?.last ? waiting.toArray().indexOf(past.last) + 1 : 0;
    if (late === 0) return;
    if (past?.bytesRead === bytesRead) {
      stream.destroy(new Error(`Socket timeout: nothing received within ${limit} ms`));
      return;
    }
    // Answers come, but not these: whoever waits is told. They stay in the queue, since their answers may come yet.
    for (let i = 0; i < late; i++) waiting.peekAt(i)?.command.reject(new Error('Command timed out'));
  };

  redis.on('connect', () => {
    marks = [];
    cancel();
    cancel = after(limit / TICKS, tick);
  });
  redis.on('close', () => {
    cancel();
    const unanswered = redis.commandQueue.toArray();
    redis.commandQueue.clear();
    for (const { command } of unanswered) command.reject(new Error('Connection is closed'));
  });
}
