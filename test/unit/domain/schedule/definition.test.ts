import { describe, expect, test } from 'vitest';
import { readDefaults, readDefinition } from '../../../../src/domain/schedule/definition.js';
import { define, instant } from './definitions.js';

/** The problems of one schedule as `path: detail`. */
function problemsOf(fields: unknown, id = 'sample'): string[] {
  const reading = readDefinition(id, fields);
  if (!('problems' in reading)) return [];
  return reading.problems.map(({ path, detail }) => `${path.join('.')}: ${detail}`);
}

const fine = { handler: 'demo.report', every: '5s' };

test('the least a schedule needs, and the defaults of the contract', () => {
  expect(define({ every: '15m' })).toEqual({
    id: 'sample',
    handler: 'demo.report',
    spec: { kind: 'every', every: 900_000, phase: 0 },
    queue: 'default',
    priority: 'normal',
    retry: { maxAttempts: 3, backoff: 'exponential', delay: 10_000, maxDelay: 600_000, jitter: true },
    catchUp: { policy: 'latest', window: 86_400_000, max: 100 },
    enabled: true,
    labels: {},
    overlap: 'skip',
  });
});

test('every key of the contract is accepted', () => {
  const reading = readDefinition(
    'nightly-invoices',
    {
      description: 'Close the day',
      owner: 'billing@example.com',
      handler: 'invoices.close',
      payload: { region: 'eu' },
      cron: '30 2 * * *',
      timezone: 'Europe/Berlin',
      dst: { gap: 'shift', fold: 'first' },
      jitter: '30s',
      exclude: ['2026-12-25', { cron: '* * * * SUN' }],
      startAt: '2026-10-01T00:00:00Z',
      endAt: '2027-10-01T00:00:00Z',
      maxRuns: 100,
      catchUp: { policy: 'latest', window: '6h', max: 10, perMinute: 60 },
      overlap: 'skip',
      timeout: '15m',
      retry: { maxAttempts: 5, backoff: 'exponential', delay: '10s', maxDelay: '10m', jitter: true },
      expect: { startWithin: '5m', finishWithin: '30m', successWithin: '26h' },
      queue: 'billing',
      priority: 'high',
      concurrencyKey: 'eu',
      environments: ['production'],
      enabled: true,
      labels: { tier: 'gold' },
    },
    { environment: 'production' },
  );
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  expect(reading.elsewhere).toBe(false);
  expect(reading.definition).toMatchObject({
    spec: {
      kind: 'cron',
      expressions: ['30 2 * * *'],
      timezone: 'Europe/Berlin',
      gap: 'shift',
      fold: 'first',
    },
    startAt: instant('2026-10-01T00:00:00Z'),
    timeout: 900_000,
    catchUp: { policy: 'latest', window: 21_600_000, max: 10, perMinute: 60 },
    exclude: {
      timezone: 'Europe/Berlin',
      items: [{ from: '2026-12-25', to: '2026-12-25' }, { cron: '* * * * SUN' }],
    },
    jitter: 30_000,
    maxRuns: 100,
    overlap: 'skip',
    expect: { startWithin: 300_000 },
    concurrencyKey: 'eu',
  });
  expect(reading.warnings).toEqual([]);
});

test('what is asked for and not acted on is said, what is the behaviour anyway is not', () => {
  const warned = (fields: object) => {
    const reading = readDefinition('sample', { handler: 'x', cron: '@daily', ...fields });
    return 'warnings' in reading ? reading.warnings.map(({ path }) => path.join('.')) : reading;
  };
  expect(warned({})).toEqual([]);
  const dst = { gap: 'skip', fold: 'both' };
  const acted = { timezone: 'Europe/Berlin', dst, jitter: '5s', exclude: ['2026-12-25'], maxRuns: 5 };
  expect(warned({ overlap: 'allow', ...acted })).toEqual([]);
  expect(warned({ enabled: 'shadow', catchUp: { perMinute: 6 } })).toEqual([]);
});

test('what is legal but probably not meant is said of the expression', () => {
  const warned = (cron: unknown) => {
    const reading = readDefinition('sample', { handler: 'x', cron });
    return 'warnings' in reading ? reading.warnings.map(({ path }) => path) : reading;
  };
  expect(warned('*/90 * * * *')).toEqual([['cron']]);
  expect(warned(['0 * * * *', '*/90 * * * *'])).toEqual([['cron', 1]]);
});

test('no jitter is no jitter', () => {
  expect(define({ every: '5s', jitter: '0ms' })).toEqual(define({ every: '5s' }));
});

describe('problems', () => {
  test('all of them at once, each with its path', () => {
    const found = problemsOf(
      {
        hander: 'x',
        cron: ['61 * * * *', '* * * *'],
        timezone: 'Europe/Berlin',
        retry: { maxAttempts: 0, delays: ['1s', 'soon'], bakcoff: 'fixed' },
        labels: { tier: 1 },
        priority: 'hihg',
        queue: 'Big',
        enabled: 'yes',
      },
      'Nightly',
    );
    expect(found).toHaveLength(12);
    for (const expected of [
      /^: id must be/,
      /^hander: .*did you mean "handler"/,
      /^: handler is required/,
      /^cron\.0: .*0 to 59/,
      /^cron\.1: .*4 fields/,
      /^retry\.maxAttempts: .*1 to 1000/,
      /^retry\.delays\.1: must be a duration/,
      /^retry\.bakcoff: .*did you mean "backoff"/,
      /^labels\.tier: .*quote/,
      /^priority: .*did you mean "high"/,
      /^queue: must be/,
      /^enabled: must be one of true, false, shadow/,
    ]) {
      expect(found).toContainEqual(expect.stringMatching(expected));
    }
  });

  test.each<[object, RegExp]>([
    [{ handler: 'x' }, /one of cron, every or at is required/],
    [{ ...fine, cron: '@daily' }, /cron and every exclude each other/],
    [{ ...fine, at: '2027-01-01T00:00:00Z' }, /every and at exclude each other/],
    [{ handler: 'x', cron: '@daily', phase: '5s' }, /phase: goes with every only/],
    [{ ...fine, phase: '5s' }, /phase: must be shorter/],
    [{ ...fine, every: '999ms' }, /every: must be at least 1s/],
    [{ ...fine, every: 5 }, /every: must be a duration/],
    [{ handler: 'x', cron: 5 }, /cron: must be a cron expression/],
    [{ handler: 'x', cron: [] }, /cron: must be a list/],
    [{ handler: 'x', cron: '0 0 30 2 *' }, /cron: cron expression/],
    [{ handler: 'x', cron: '@daily', timezone: 'EST' }, /timezone: "EST"/],
    [{ handler: 'x', at: '2027-02-30T00:00:00Z' }, /at: must be an RFC 3339/],
    [{ handler: 'x', at: '2027-01-01' }, /at: must be an RFC 3339/],
    [{ ...fine, startAt: '2027-01-01T00:00:00Z', endAt: '2027-01-01T00:00:00Z' }, /endAt: must be after/],
    [{ ...fine, handler: 'a b' }, /handler: must be/],
    [{ ...fine, timeout: '3651d' }, /timeout: must be at most/],
    [{ ...fine, timeout: '0ms' }, /timeout: must be at least/],
    [{ ...fine, catchUp: 'latest' }, /catchUp: must be a mapping/],
    [{ ...fine, catchUp: { policy: 'some' } }, /catchUp\.policy: must be one of/],
    [{ ...fine, description: null }, /description: must be a text/],
    [{ ...fine, jitter: '-5s' }, /jitter: must be a duration/],
    [{ ...fine, maxRuns: 0 }, /maxRuns: must be a whole number from 1/],
    [{ ...fine, dst: { gap: 'jump' } }, /dst\.gap: must be one of shift, skip/],
    [{ handler: 'x', at: '2027-01-01T00:00:00Z', startAt: '2027-01-02T00:00:00Z' }, /startAt: is after/],
    [{ handler: 'x', at: '2027-01-01T00:00:00Z', endAt: '2027-01-01T00:00:00Z' }, /endAt: leaves no run/],
    [
      { handler: 'x', cron: '0 0 1 1 *', startAt: '2027-01-02T00:00:00Z', endAt: '2027-12-31T00:00:00Z' },
      /endAt: leaves no run \(the first would be 2028-01-01T00:00:00\.000Z\)/,
    ],
    [{ ...fine, payload: 'x'.repeat(1_048_575) }, /payload: must be at most 1 MiB/],
    [{ ...fine, environments: 'production' }, /environments: must be a list/],
    [{ ...fine, constructor: 1 }, /constructor: is not a known key/],
    [{ ...fine, retry: { delay: '10m', maxDelay: '1m' } }, /retry\.maxDelay: must not be shorter/],
  ])('%j', (fields, reason) => {
    expect(problemsOf(fields)).toEqual([expect.stringMatching(reason)]);
  });

  test('a former id that is none, or its own', () => {
    expect(problemsOf({ ...fine, formerly: 'UPPER' })).toEqual([
      expect.stringMatching(/^formerly: must be 1 to/),
    ]);
    expect(problemsOf({ ...fine, formerly: 'x' })).toEqual([]);
    const own = readDefinition('own', { ...fine, formerly: 'own' });
    expect(own).toMatchObject({
      problems: [{ path: ['formerly'], detail: expect.stringMatching(/^is its own id/) }],
    });
  });

  test('retention of less than the shortest there is', () => {
    expect(problemsOf({ ...fine, retention: '30d' })).toEqual([]);
    expect(problemsOf({ ...fine, retention: '1m' })).toEqual([expect.stringMatching(/^retention: .*2m/)]);
  });

  test('what is no mapping at all', () => {
    for (const value of [null, undefined, 'x', 5, []]) {
      expect(problemsOf(value)).toEqual([expect.stringMatching(/must be a mapping/)]);
    }
  });

  test('a key named __proto__ is an unknown key and changes nothing', () => {
    expect(problemsOf(JSON.parse('{"handler":"x","every":"5s","__proto__":{"queue":"q"}}'))).toEqual([
      expect.stringMatching(/^__proto__: is not a known key/),
    ]);
  });
});

test('a payload that JSON cannot hold is refused', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  for (const payload of [1n, circle, () => 1]) {
    expect(problemsOf({ ...fine, payload })).toEqual([
      expect.stringMatching(/payload: cannot be written as JSON/),
    ]);
  }
});

test('the largest payload, null as a payload, and plain data only', () => {
  expect(problemsOf({ ...fine, payload: 'x'.repeat(1_048_574) })).toEqual([]);
  expect(define({ every: '5s', payload: null })).toHaveProperty('payload', null);
  expect(define({ every: '5s' })).not.toHaveProperty('payload');
  expect(define({ every: '5s', payload: { at: new Date(0) } }).payload).toEqual({
    at: '1970-01-01T00:00:00.000Z',
  });
});

describe('defaults', () => {
  const { defaults } = readDefaults({
    timezone: 'Europe/Berlin',
    queue: 'billing',
    retry: { maxAttempts: 7, delay: '1m' },
    labels: { tier: 'gold', team: 'a' },
    environments: ['production', 'staging'],
  });

  test('merge one level into mappings and are replaced elsewhere', () => {
    const reading = readDefinition(
      'sample',
      { handler: 'x', cron: '@daily', retry: { delay: '2m' }, labels: { team: 'b' }, environments: ['test'] },
      { defaults, environment: 'test' },
    );
    expect(reading).toMatchObject({
      elsewhere: false,
      definition: {
        spec: { timezone: 'Europe/Berlin' },
        queue: 'billing',
        retry: { maxAttempts: 7, delay: 120_000, maxDelay: 600_000 },
        labels: { tier: 'gold', team: 'b' },
      },
    });
  });

  test('their problems are named once, and what is valid still counts', () => {
    const read = readDefaults({ queue: 'Bad', handler: 'x', retry: { maxAttempts: 7, delay: 5 } });
    expect(read.problems.map(({ path }) => path.join('.'))).toEqual(['queue', 'handler', 'retry.delay']);
    expect(read.defaults).toEqual({ retry: { maxAttempts: 7 } });
  });
});

test('a schedule that lists environments is for those only', () => {
  const elsewhere = (environment?: string) => {
    const options = environment === undefined ? {} : { environment };
    const reading = readDefinition('sample', { ...fine, environments: ['production'] }, options);
    return 'elsewhere' in reading && reading.elsewhere;
  };
  expect([elsewhere('production'), elsewhere('test'), elsewhere()]).toEqual([false, true, true]);
});
