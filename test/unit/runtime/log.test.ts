/** What the log writes, for people and for programs, at which level, and how often. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLog, type LogOptions, nextLevel } from '../../../src/runtime/log.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { log: createLog({ level: 'info', format: 'pretty', destination, ...options }), lines };
}

test('pretty lines: time, level, message, fields', () => {
  const { log, lines } = capture();
  log.info({ queue: 'default', tasks: 3, note: 'two words' }, 'promoted');
  expect(lines[0]).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} INFO {2}promoted {2}queue=default tasks=3 note="two words"\n$/,
  );
});

test('a message alone, and the fields of a child', () => {
  const { log, lines } = capture();
  log.child({ node: 'a' }).warn('stepping down');
  expect(lines[0]).toMatch(/ WARN {2}stepping down {2}node=a\n$/);
});

test('nothing below the level', () => {
  const { log, lines } = capture({ level: 'warn' });
  log.info('quiet');
  expect(lines).toEqual([]);
});

test('errors show message and code; the stack only at debug level', () => {
  const error = Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });
  const info = capture();
  info.log.error({ error }, 'cannot start');
  expect(info.lines[0]).toMatch(/cannot start {2}error="no connection \(ECONNREFUSED\)"\n$/);
  const debug = capture({ level: 'debug' });
  debug.log.error({ error }, 'cannot start');
  expect(debug.lines[0]).toContain('\nError: no connection\n    at ');
});

test('control characters of strangers do not reach the terminal', () => {
  const { log, lines } = capture();
  log.info({ handler: '\x1b[31mred\nline' }, 'odd \x1b[2J name');
  expect(lines[0]?.trimEnd()).not.toMatch(/\p{Cc}/u);
});

test('json lines carry name, level word, time and fields', () => {
  const { log, lines } = capture({ format: 'json', name: 'node-1' });
  log.info({ queue: 'q', error: new Error('bad') }, 'hello');
  const { time, ...rest } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  expect(rest).toEqual({
    level: 'info',
    name: 'node-1',
    queue: 'q',
    error: { message: 'bad' },
    message: 'hello',
  });
  expect(new Date(String(time)).toISOString()).toBe(time);
});

test('the level changes while it is used, for children that there are already', () => {
  const { log, lines } = capture({ level: 'warn' });
  const child = log.child({ task: 'a' });
  child.info('unheard');
  log.level = 'info';
  child.info('heard');
  log.level = nextLevel(log.level);
  child.debug('this, too');
  log.level = nextLevel(log.level);
  log.warn('not this');
  expect([log.level, lines.map((line) => /[A-Z]+ +(.*?) {2}task/.exec(line)?.[1])]).toEqual([
    'error',
    ['heard', 'this, too'],
  ]);
});

test('the event is for programs: people read what happened', () => {
  const pretty = capture();
  pretty.log.info({ event: 'leader.elected', term: 5 }, 'elected leader');
  expect(pretty.lines[0]).toMatch(/ INFO {2}elected leader {2}term=5\n$/);
  const json = capture({ format: 'json' });
  json.log.info({ event: 'leader.elected', term: 5 }, 'elected leader');
  expect(JSON.parse(json.lines[0] ?? '')).toMatchObject({ event: 'leader.elected', term: 5 });
});

describe('the same fault', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const away = Object.assign(new Error('away'), { code: 'unavailable' });
  const unrenewed = (queue: string, error: Error = away) =>
    [{ event: 'lease.unrenewed', queue, error }, 'The lease could not be renewed'] as const;

  test('is written once and then counted, over all children', () => {
    const { log, lines } = capture({ format: 'json' });
    const child = log.child({ worker: 'w' });
    for (let n = 0; n < 100; n += 1) child.warn(...unrenewed(`q${n}`));
    log.warn(...unrenewed('other', new Error('refused')));
    expect(lines).toHaveLength(2);
    vi.advanceTimersByTime(30_000);
    log.info({ event: 'redis.reachable' }, 'Redis is reachable again');
    expect(lines.map((line) => JSON.parse(line)).slice(2)).toMatchObject([
      { event: 'lease.unrenewed', queue: 'q0', repeated: 99 },
      { event: 'redis.reachable' },
    ]);
    child.warn(...unrenewed('q'));
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ event: 'lease.unrenewed', queue: 'q' });
    expect(lines).toHaveLength(5);
  });

  test('does not hide what is told of each task', () => {
    const { log, lines } = capture();
    for (let n = 0; n < 3; n += 1) log.error({ event: 'task.dead', task: `t${n}` }, 'is dead');
    for (let n = 0; n < 3; n += 1) log.error('plain');
    expect(lines).toHaveLength(6);
  });
});
