/** Requests for a task, read strictly: what is valid, what is refused and why. */

import { describe, expect, test } from 'vitest';
import { LONGEST_DELAY } from '../../../../src/domain/input/durations.js';
import { DEFAULT_RETRY } from '../../../../src/domain/task/retry.js';
import { refused, valid, withField } from './reading.js';

describe('a valid request', () => {
  test('needs a handler only', () => {
    const plain = { handler: 'mail.send', queue: 'default', payload: '', when: null, priority: 'normal' };
    expect(valid({ handler: 'mail.send' })).toEqual(plain);
  });

  test('may say everything there is', () => {
    expect(
      valid({
        handler: 'mail/send',
        payload: { to: ['a@b.c'] },
        queue: 'mail',
        delay: '1h30m',
        priority: 'high',
        retry: { maxAttempts: 5, backoff: 'linear', delay: '2s' },
        timeout: '15m',
        labels: { tier: 'gold' },
      }),
    ).toEqual({
      handler: 'mail/send',
      queue: 'mail',
      payload: '{"to":["a@b.c"]}',
      when: { delay: 5_400_000 },
      priority: 'high',
      options: {
        retry: { ...DEFAULT_RETRY, maxAttempts: 5, backoff: 'linear', delay: 2_000 },
        timeout: 900_000,
        labels: { tier: 'gold' },
      },
    });
  });

  test('takes undefined for what is not given', () => {
    const fields = [
      'payload',
      'queue',
      'delay',
      'runAt',
      'priority',
      'retry',
      'timeout',
      'labels',
      'unheard',
    ];
    const absent = Object.fromEntries(fields.map((field) => [field, undefined]));
    expect(valid({ handler: 'h', ...absent })).toEqual(valid({ handler: 'h' }));
    expect(valid({ handler: 'h', delay: undefined, runAt: new Date(5) }).when).toEqual({ runAt: 5 });
  });

  test.each([
    ['text', 'x', '"x"'],
    ['an empty text', '', '""'],
    ['null', null, 'null'],
    ['false', false, 'false'],
    ['zero', 0, '0'],
    ['a list', [1, [2]], '[1,[2]]'],
    ['a Date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ])('keeps a payload that is %s as JSON', (_, payload, text) => {
    expect(valid(withField('payload', payload)).payload).toBe(text);
  });

  test('takes a time as text or as a Date, also in the past', () => {
    const at = Date.UTC(2027, 0, 1);
    expect(valid(withField('runAt', '2027-01-01T01:00:00+01:00')).when).toEqual({ runAt: at });
    expect(valid(withField('runAt', new Date(at))).when).toEqual({ runAt: at });
    expect(valid(withField('runAt', '1999-01-01T00:00:00Z')).when).toEqual({ runAt: Date.UTC(1999, 0, 1) });
  });

  test('may be delayed up to ten years of 365 days, and not at all', () => {
    expect(LONGEST_DELAY).toBe(3_650 * 86_400_000);
    expect(valid(withField('delay', '0ms')).when).toEqual({ delay: 0 });
    expect(valid(withField('delay', `${LONGEST_DELAY}ms`)).when).toEqual({ delay: LONGEST_DELAY });
  });

  test('has no labels when they are empty', () => {
    expect(valid(withField('labels', {})).options).toBeUndefined();
  });

  test('takes 32 labels of 256 characters', () => {
    const name = (i: number) => String(i).padStart(256, 'n');
    const labels = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [name(i), 'v'.repeat(256)]));
    expect(valid(withField('labels', labels)).options?.labels).toEqual(labels);
  });
});

describe('refused, with the place and the reason', () => {
  test.each([null, undefined, 0, 'handler', true, [], [{ handler: 'h' }], () => 1, Symbol('s'), 5n])(
    '%o instead of an object',
    (raw) => {
      expect(refused(raw)).toMatchObject({ code: 'invalid_input', pointers: [''] });
    },
  );

  test.each(['', ' ', 'a b', '.a', 'a'.repeat(129), 'ä', 'a\n', 5, null, {}, ['h']])(
    'the handler %j',
    (handler) => {
      expect(refused({ handler })).toMatchObject({ code: 'invalid_input', pointers: ['/handler'] });
    },
  );

  test('a handler that is missing, even when the rest is in order', () => {
    expect(refused({ queue: 'q' })).toMatchObject({ pointers: ['/handler'], details: 'is required' });
    expect(refused({})).toMatchObject({ pointers: ['/handler'] });
  });

  test.each(['Mail', '', '-a', 'a'.repeat(65), '*', 7, null])('the queue %j', (queue) => {
    expect(refused(withField('queue', queue))).toMatchObject({ pointers: ['/queue'] });
  });

  test.each(['soon', '1.5h', '-1s', '', 5, null, '1m1h', {}])('the delay %j', (delay) => {
    expect(refused(withField('delay', delay))).toMatchObject({ pointers: ['/delay'] });
  });

  test('a delay beyond ten years', () => {
    const { pointers, details } = refused(withField('delay', `${LONGEST_DELAY + 1}ms`));
    expect([pointers, details]).toEqual([['/delay'], 'must be at most 3650d (10 years)']);
  });

  test.each(['tomorrow', '2027-02-30T00:00:00Z', '2027-01-01', 1_800_000_000_000, null, new Date('no')])(
    'the runAt %s',
    (runAt) => {
      expect(refused(withField('runAt', runAt))).toMatchObject({ pointers: ['/runAt'] });
    },
  );

  test('both delay and runAt', () => {
    const both = { handler: 'h', delay: '1s', runAt: '2027-01-01T00:00:00Z' };
    expect(refused(both)).toMatchObject({
      pointers: ['/runAt'],
      details: 'give either delay or runAt, not both',
    });
  });

  test.each(['urgent', 'High', 1, null, ['high'], 'toString'])('the priority %j', (priority) => {
    const { pointers, details } = refused(withField('priority', priority));
    const hint = priority === 'High' ? ' (did you mean "high"?)' : '';
    expect([pointers, details]).toEqual([['/priority'], `must be one of high, normal, low${hint}`]);
  });

  test.each(['0ms', '0s', 'soon', 5, null, `${LONGEST_DELAY + 1}ms`])('the timeout %j', (timeout) => {
    expect(refused(withField('timeout', timeout))).toMatchObject({ pointers: ['/timeout'] });
  });

  test('each problem of a retry, with its path', () => {
    const retry = { maxAttempts: 0, backoff: 'exponentail', delays: ['1s', 'soon'], speed: 1 };
    const { pointers, details } = refused(withField('retry', retry));
    expect(pointers.sort()).toEqual(
      ['/retry/backoff', '/retry/delays/1', '/retry/maxAttempts', '/retry/speed'].sort(),
    );
    expect(details).toContain('did you mean "exponential"');
    for (const none of [null, 3, [], 'fast', new Map()]) {
      expect(refused(withField('retry', none)).pointers).toEqual(['/retry']);
    }
  });

  test.each([null, [], 'tier=gold', 5])('labels that are %j', (labels) => {
    expect(refused(withField('labels', labels))).toMatchObject({ pointers: ['/labels'] });
  });

  test('labels that are too many, too long or no texts', () => {
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`l${i}`, '']));
    expect(refused(withField('labels', many))).toMatchObject({
      details: 'must be a mapping of at most 32 names to texts',
    });
    expect(refused(withField('labels', { a: 1, b: null, c: 'c' })).pointers).toEqual([
      '/labels/a',
      '/labels/b',
    ]);
    expect(refused(withField('labels', { a: 'v'.repeat(1_025) })).pointers).toEqual(['/labels/a']);
    const [pointer = ''] = refused(withField('labels', { ['n'.repeat(5_000)]: 'v' })).pointers;
    expect(pointer.length).toBeLessThan(100);
  });

  test('every problem at once', () => {
    const raw = { handler: '', queue: 'Q', delay: 'x', priority: 'x', timeout: 'x', labels: 1, wrong: 1 };
    expect(refused(raw).pointers.sort()).toEqual(
      Object.keys(raw)
        .map((key) => `/${key}`)
        .sort(),
    );
  });

  test('an unknown field, with the one that was meant', () => {
    const { code, pointers, details } = refused(withField('dealy', '1s'));
    expect([code, pointers]).toEqual(['invalid_input', ['/dealy']]);
    expect(details).toBe('is not a field of a task (did you mean "delay"?)');
    expect(refused(withField('zzzzzz', 1)).details).toBe('is not a field of a task');
    expect(refused(withField('', 1)).pointers).toEqual(['/']);
  });

  test.each([
    ['', '/uniqueKey', 'invalid_input'],
    [7, '/uniqueKey', 'invalid_input'],
    ['ü'.repeat(129), '/uniqueKey', 'invalid_input'],
  ])('the unique key %j', (uniqueKey, pointer, code) => {
    expect(refused(withField('uniqueKey', uniqueKey))).toMatchObject({ code, pointers: [pointer] });
  });

  test.each([
    [{ mode: 'throttle' }, ['/unique/for'], 'invalid_input'],
    [{ mode: 'debounce' }, ['/unique/for'], 'invalid_input'],
    [{ mode: 'reject', for: '1h' }, ['/unique/for'], 'invalid_input'],
    [{ mode: 'throttle', for: '1h', maxWait: '2h' }, ['/unique/maxWait'], 'invalid_input'],
    [{ mode: 'rejekt' }, ['/unique/mode'], 'invalid_input'],
    ['reject', ['/unique'], 'invalid_input'],
  ])('the rule %j of a unique key', (unique, pointers, code) => {
    expect(refused({ handler: 'h', uniqueKey: 'k', unique })).toMatchObject({ code, pointers });
  });

  test('a rule without its unique key', () => {
    const { code, pointers } = refused(withField('unique', { mode: 'reject' }));
    expect([code, pointers]).toEqual(['invalid_input', ['/unique']]);
  });
});
