/** Client and Worker refuse what they cannot use when they are made, in words, and connect to nothing for it. */

import { describe, expect, test } from 'vitest';
import { redisPlace } from '../../../src/domain/input/redis-address.js';
import { CarillonError, Client, defineTask, Worker } from '../../../src/index.js';
import { silentLog } from '../../../src/runtime/silent-log.js';

const handlers = { h: () => 1 };

function refusal(make: () => unknown): CarillonError {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(CarillonError);
    return error as CarillonError;
  }
  return expect.unreachable('nothing was refused');
}

describe('new Client', () => {
  test.each([
    ['a misspelt option', { redi: 'redis://x' }, '/redi', 'did you mean "redis"?'],
    ['an http URL', { redis: 'http://x' }, '/redis', 'redis://127.0.0.1:6379 or rediss://'],
    ['a URL that is none', { redis: 'redis://a b' }, '/redis', 'the path of a socket'],
    ['an empty address', { redis: '' }, '/redis', 'must be a URL'],
    ...[
      ...['redis://h/-1', 'redis://h/0x3', 'redis://h/1.5', 'redis://h/3/extra', 'redis://h/abc'],
      ...['redis://h/03', 'redis://h/3?keyPrefix=app:', 'redis://h?connectTimeout=1', 'redis://h?db=3'],
      ...['redis://h?password=secret', 'redis://h?family=5', 'redis://h?family=4&family=6', 'redis://h#x'],
      ...['redis:///3', 'redis://u:%zz@h'],
    ].map((redis): [string, object, string, string] => [redis, { redis }, '/redis', 'a whole number']),
    ['a namespace outside the grammar', { namespace: 'No Good' }, '/namespace', 'namespace must be'],
    ['a log that is none', { log: console.log }, '/log', 'must be a log'],
    ['no options at all', null, '', 'must be a mapping'],
  ])('refuses %s', (_what, options, pointer, words) => {
    const error = refusal(() => new Client(options as never));
    expect(error).toMatchObject({ code: 'invalid_input', errors: [{ pointer }] });
    expect(error.message).toContain('Invalid options of a Client');
    expect(error.message).toContain(words);
  });

  test('does not repeat an address that may hold a password', () => {
    expect(refusal(() => new Client({ redis: 'http://me:secret@x' })).message).not.toContain('secret');
  });

  test('takes every form of an address', () => {
    for (const redis of [
      'redis://h:1/2',
      'rediss://u:p%40@h/',
      'redis://[::1]?family=6',
      '/run/r.sock',
      undefined,
    ]) {
      expect(new Client({ redis, log: silentLog } as never)).toBeInstanceOf(Client);
    }
  });
});

test('of an address, host, port and database may be told, and nothing else', () => {
  const places = ['redis://u:sec@RET@h', 'rediss://u:p%40@h:7/3?family=4', '/run/r.sock', 'redis://[::1]'];
  expect(places.map(redisPlace)).toEqual(['h:6379/0', 'h:7/3', '/run/r.sock', '[::1]:6379/0']);
});

describe('new Worker', () => {
  test.each([
    ['a misspelt option', { concurency: 5 }, '/concurency', 'did you mean "concurrency"?'],
    ['queues that are no list', { queues: 'mail' }, '/queues', "['mail']"],
    ['an empty list of queues', { queues: [] }, '/queues', 'list of queue names'],
    ['a queue outside the grammar', { queues: ['ok', 'No'] }, '/queues/1', 'queues/1 must be'],
    ['no slot', { concurrency: 0 }, '/concurrency', 'a whole number from 1 to 10000'],
    ['a concurrency in words', { concurrency: '5' }, '/concurrency', 'a whole number from 1 to 10000'],
    ['a lease too short', { lease: '5ms' }, '/lease', 'at least 100ms'],
    ['a lease too long', { lease: '30d' }, '/lease', 'at most 1d'],
    ['a lease in numbers', { lease: 10 }, '/lease', 'a duration such as'],
    ['a drain that is none', { drain: 'soon' }, '/drain', 'a duration such as'],
    ['a name with spaces', { name: 'a b' }, '/name', 'name must be'],
    ['no handlers', { handlers: undefined }, '/handlers', 'handlers is required'],
    ['an empty record of handlers', { handlers: {} }, '/handlers', 'there is no handler in it'],
    ['a handler that is no function', { handlers: { a: 5 } }, '/handlers', '"a" is not a function'],
  ])('refuses %s', (_what, options, pointer, words) => {
    const error = refusal(() => new Worker({ handlers, log: silentLog, ...options } as never));
    expect(error).toMatchObject({ code: 'invalid_input', errors: [{ pointer }] });
    expect(error.message).toContain(words);
  });

  test('names every problem at once', () => {
    const error = refusal(() => new Worker({ handlers, redis: 'x', lease: 'y', quues: [] } as never));
    expect(error.errors.map(({ pointer }) => pointer)).toEqual(['/redis', '/lease', '/quues']);
  });
});

describe('defineTask', () => {
  test.each([
    ['a name outside the grammar', { name: 'no spaces' }, '/name'],
    ['no name', {}, '/name'],
    ['a misspelt key', { name: 'a', inptu: {} }, '/inptu'],
    ['a schema that is none', { name: 'a', input: { type: 'object' } }, '/input'],
  ])('refuses %s', (_what, definition, pointer) => {
    expect(refusal(() => defineTask(definition as never)).errors).toMatchObject([{ pointer }]);
  });

  test('refuses a handler that is no function', () => {
    expect(refusal(() => defineTask({ name: 'a' }).handle(5 as never)).message).toContain('a function');
  });
});
