/** What is live, written as a schedule file: read again it is the same, whatever its definitions hold. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDefinition } from '../../../src/domain/schedule/definition.js';
import { writtenDefinition } from '../../../src/domain/schedule/written.js';
import { packFiles } from '../../../src/files/file-set.js';
import { yamlOf } from '../../../src/files/write.js';
import { pauseSchedule, putSchedule } from '../../../src/schedules/edit.js';
import { packSet } from '../../../src/sets/body.js';
import { exportPage, withZones } from '../../../src/sets/export.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { define } from '../domain/schedule/definitions.js';

const NOW = Date.UTC(2026, 0, 1);

const length = fc.constantFrom('1s', '90s', '1h30m', '7d', '1w', '1500ms', '10m');
const words = fc.constantFrom(
  ...['plain', 'yes', 'null', '1e3', '0x1f', ' spaced ', 'two\nlines\n', '# no comment', '"quoted"', "it's"],
  ...[
    '\x24{HOME}',
    '$\x24{HOME}',
    '$$\x24{X:-y}',
    'a: b',
    '- c',
    '@x',
    '*',
    '🎲',
    '\t',
    'ends with:',
    '2026-01-01',
    '~',
  ],
  'x'.repeat(300),
);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    words,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', '1', 'true', 'null', 'x y', '<<'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York');
const when = fc.oneof(
  fc.record({ every: length, phase: fc.constantFrom('0ms', '500ms') }, { requiredKeys: ['every'] }),
  fc.record({ at: fc.constantFrom('2027-01-01T00:00:00Z', '2026-06-01T12:30:00.250Z') }),
  fc.record(
    {
      cron: fc.oneof(
        fc.constantFrom('30 2 * * *', 'H H * * 1-5', '*/10 * * * * *', '@daily'),
        fc.constantFrom(['0 1 * * *', '0 3 * * *'], ['0 1 * * *']),
      ),
      timezone: zone,
      dst: fc.record(
        { gap: fc.constantFrom('shift', 'skip'), fold: fc.constantFrom('first', 'second', 'both') },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['cron'] },
  ),
);
const rest = fc.record(
  {
    ...{ description: words, owner: words, payload: json, formerly: fc.constant('before'), timezone: zone },
    startAt: fc.constant('2026-02-01T00:00:00Z'),
    endAt: fc.constant('2030-02-01T00:00:00.001Z'),
    exclude: fc.constantFrom(
      ['2026-12-25', '2026-12-24..2027-01-01', { cron: '0 12 * * SUN' }],
      [{ from: '2026-12-25', to: '2026-12-25' }],
    ),
    ...{
      jitter: length,
      maxRuns: fc.integer({ min: 1, max: 99 }),
      queue: fc.constantFrom('default', 'mail'),
    },
    priority: fc.constantFrom('high', 'normal', 'low'),
    retry: fc.oneof(
      fc.record(
        {
          maxAttempts: fc.constantFrom(1, 3, 9),
          backoff: fc.constantFrom('exponential', 'linear', 'fixed'),
          ...{ delay: length, jitter: fc.boolean(), maxElapsed: length },
        },
        { requiredKeys: [] },
      ),
      fc.record(
        { delays: fc.array(length, { minLength: 1, maxLength: 3 }), maxAttempts: fc.constantFrom(2, 3) },
        { requiredKeys: ['delays'] },
      ),
      fc.record({ maxDelay: length }),
    ),
    ...{ timeout: length, expiresIn: length, retention: length },
    catchUp: fc.record(
      {
        policy: fc.constantFrom('none', 'latest', 'all'),
        ...{ window: length, max: fc.constantFrom(1, 100), perMinute: fc.constant(60) },
        grace: fc.constantFrom('10s', '60s'),
      },
      { requiredKeys: [] },
    ),
    overlap: fc.constantFrom('skip', 'allow', 'wait', 'replace'),
    expect: fc.record(
      { startWithin: length, finishWithin: length, successWithin: length },
      { requiredKeys: [] },
    ),
    pauseAfter: fc.constantFrom(1, 5),
    enabled: fc.constantFrom(true, false, 'shadow'),
    labels: fc.dictionary(fc.constantFrom('tier', 'no'), words, { maxKeys: 2 }),
    concurrencyKey: fc.constantFrom('eu', 'a b'),
  },
  { requiredKeys: [] },
);

test('a definition is written so that it is read as it was', () => {
  fc.assert(
    fc.property(when, rest, (timing, others) => {
      const first = readDefinition('s', { handler: 'h', ...others, ...timing });
      // Combinations that are refused are none to be written.
      fc.pre('definition' in first);
      if (!('definition' in first)) return;
      const again = readDefinition('s', writtenDefinition(first.definition));
      expect(again).toMatchObject({ definition: first.definition });
    }),
    { numRuns: 400 },
  );
});

const usual = define({ cron: '0 1 * * *' }, 'usual');
const rich = define(
  {
    ...{ every: '15m', phase: '5m', queue: 'mail', payload: { text: '$\x24{X}', list: [1, null] } },
    ...{
      retry: { delays: ['1s', '5s'] },
      catchUp: { policy: 'all', grace: '60s' },
      labels: { tier: 'gold' },
    },
  },
  'rich',
);

async function stored(): Promise<ModelStore> {
  const store = new ModelStore(NOW);
  const file = { kind: 'file', set: 'billing', file: 'a.yaml', line: 1 } as const;
  await putSchedule(store, usual, file, NOW);
  await putSchedule(store, rich, file, NOW);
  await putSchedule(store, define({ every: '1h' }, 'web'), { kind: 'api', set: 'api' }, NOW);
  await pauseSchedule(store, 'rich', {}, NOW);
  return store;
}

describe('the file', () => {
  test('of a set is read as that set, in YAML and in JSON', async () => {
    const { nextCursor, owners, leftOut, ...file } = await exportPage(await stored(), { set: 'billing' });
    expect([nextCursor, owners, leftOut]).toEqual([null, ['set billing'], []]);
    const expected = await packSet(
      [usual, rich].map((definition) => ({ definition, place: { file: '', line: 1, column: 1 } })),
    );
    for (const [path, text] of [
      ['a.yaml', yamlOf(file)],
      ['a.json', JSON.stringify(file)],
    ] as const) {
      const read = await packFiles([{ path, text }], { env: {} });
      expect(read.problems).toEqual([]);
      expect([read.source, read.packed?.digest]).toEqual(['billing', expected.digest]);
    }
  });

  test('names UTC where others name a zone, and nothing where all go by it', () => {
    const plain = {
      a: { handler: 'x', cron: '0 3 * * *', overlap: 'wait' },
      b: { handler: 'x', every: '1h' },
    };
    expect(withZones(plain)).toBe(plain);
    const berlin = { handler: 'x', cron: '0 4 * * *', timezone: 'Europe/Berlin' };
    expect(JSON.stringify(withZones({ ...plain, berlin }))).toBe(
      JSON.stringify({
        ...{ a: { handler: 'x', cron: '0 3 * * *', timezone: 'UTC', overlap: 'wait' }, b: plain.b, berlin },
      }),
    );
  });

  test('comes in pages that together are it', async () => {
    const store = await stored();
    const first = await exportPage(store, { limit: 1 });
    expect(Object.keys(first.schedules)).toEqual(['rich']);
    const all = { ...first.schedules };
    for (let cursor = first.nextCursor; cursor !== null; ) {
      const name = Buffer.from(cursor, 'base64url').toString();
      const page = await exportPage(store, { limit: 1, cursor: name });
      Object.assign(all, page.schedules);
      cursor = page.nextCursor;
    }
    expect(Object.keys(all)).toEqual(['rich', 'usual', 'web']);
    expect((await exportPage(store, { set: 'api' })).schedules).toEqual({
      web: { handler: 'demo.report', every: '1h' },
    });
  });

  test('has the calendars that its schedules name; where two know one otherwise, its days stand in place of it', async () => {
    const store = new ModelStore(NOW);
    const file = { kind: 'file', set: 'files' } as const;
    const on = (id: string, day: string) => ({
      ...define({ every: '1h' }, id),
      exclude: { timezone: 'UTC', items: [{ calendar: 'holidays', items: [{ from: day, to: day }] }] },
    });
    await putSchedule(store, on('a', '2026-12-25'), file, NOW);
    await putSchedule(store, on('b', '2026-12-25'), file, NOW);
    await putSchedule(store, on('c', '2026-12-31'), file, NOW);
    expect(await exportPage(store, {})).toMatchObject({
      calendars: { holidays: ['2026-12-25'] },
      schedules: {
        a: { exclude: ['holidays'] },
        b: { exclude: ['holidays'] },
        c: { exclude: ['2026-12-31'] },
      },
    });
  });
});
