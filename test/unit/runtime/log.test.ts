import { expect, test } from 'vitest';
import { createLog, type LogOptions } from '../../../src/runtime/log.js';

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
