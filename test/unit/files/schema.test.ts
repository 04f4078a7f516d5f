/** schedules/schema.json, which editors check files with: it knows what the reader knows, and a validator goes by it. */

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { supported } from '../../../src/domain/input/readers.js';
import { FIELD_NOTES } from '../../../src/domain/schedule/field-notes.js';
import { DEFAULT_FIELDS, GROUPS, SCHEDULE_FIELDS } from '../../../src/domain/schedule/fields.js';
import { loadSchedules } from '../../../src/files/load.js';
import { FILE_KEYS } from '../../../src/files/read-file.js';

interface Schema {
  properties: Record<string, Schema>;
  $defs: Record<string, Schema>;
  enum?: unknown[];
}

const schema = JSON.parse(
  readFileSync(new URL('../../../schedules/schema.json', import.meta.url), 'utf8'),
) as Schema;

const keys = (record: object | undefined): string[] => Object.keys(record ?? {}).sort();

test('the schema for editors and the reader know the same keys', () => {
  expect(keys(schema.properties)).toEqual([...FILE_KEYS].sort());
  expect(keys(schema.properties['defaults']?.properties)).toEqual(supported(DEFAULT_FIELDS).sort());
  const schedule = schema.$defs['schedule']?.properties ?? {};
  expect(keys(schedule)).toEqual(supported(SCHEDULE_FIELDS).sort());
  for (const [name, fields] of Object.entries(GROUPS)) {
    expect(keys(schedule[name]?.properties)).toEqual(supported(fields).sort());
  }
});

test('the schema and the reader agree on every listed word', () => {
  const schedule = schema.$defs['schedule']?.properties ?? {};
  const words = (fields: Record<string, unknown>, properties: Record<string, Schema>): void => {
    for (const [key, { enum: listed }] of Object.entries(properties)) {
      const read = fields[key] as (raw: unknown, path: [], problems: unknown[]) => unknown;
      for (const word of listed ?? []) expect(read(word, [], [])).toBe(word);
    }
  };
  words(SCHEDULE_FIELDS, schedule);
  for (const [name, fields] of Object.entries(GROUPS)) words(fields, schedule[name]?.properties ?? {});
});

test('the example schedules are valid and ask for nothing this version does not do', async () => {
  const dir = new URL('../../../schedules', import.meta.url).pathname;
  const { schedules, problems, warnings } = await loadSchedules(dir, { env: {} });
  expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
  expect(schedules.map(({ definition }) => definition.id)).toEqual([
    'audit',
    'end-of-32-bits',
    'feed',
    'feed-next',
    'heartbeat',
    'import',
    'month-end',
    'newsletter',
    'nightly-invoices',
    'opening-bell',
    'report',
    'settlement',
  ]);
});

describe('a JSON Schema validator with the schema', () => {
  const valid = new Ajv2020({ strict: false, allErrors: true }).compile(schema);
  const root = new URL('../../../', import.meta.url).pathname;
  const holds = (text: string): boolean => valid(parse(text));

  test('takes our example files, which name it in their first line', () => {
    const files = ['schedules', 'examples'].flatMap((dir) =>
      readdirSync(`${root}${dir}`, { recursive: true, encoding: 'utf8' }).flatMap((name) =>
        /\.ya?ml$/.test(name) && !/(^|\/)(carillon\.config|compose)\.ya?ml$/.test(name)
          ? [`${root}${dir}/${name}`]
          : [],
      ),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      expect([file, valid(parse(text)), valid.errors]).toEqual([file, true, null]);
      const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '';
      // An application of its own has it from the package.
      expect(new URL(named, `file://${file}`).pathname).toMatch(/\/schedules\/schema\.json$/);
    }
  });

  test('takes every key with its example', () => {
    for (const [key, { example }] of Object.entries(FIELD_NOTES)) {
      const when = ['cron', 'every', 'at'].includes(key) ? {} : { every: '15m' };
      const file = { version: 1, schedules: { a: { handler: 'x', ...when, [key]: example } } };
      expect([key, valid(file), valid.errors]).toEqual([key, true, null]);
    }
  });

  test.each([
    ['no version', 'schedules: {}'],
    ['another version', 'version: 2'],
    ['an unknown key at the top', 'version: 1\nschedule: {}'],
    ['an unknown key', 'version: 1\nschedules: { a: { hander: x, every: 5s } }'],
    ['no handler', 'version: 1\nschedules: { a: { every: 5s } }'],
    ['no time', 'version: 1\nschedules: { a: { handler: x } }'],
    ['two times', 'version: 1\nschedules: { a: { handler: x, every: 5s, cron: "@daily" } }'],
    ['phase without every', 'version: 1\nschedules: { a: { handler: x, cron: "@daily", phase: 5m } }'],
    ['a duration in words', 'version: 1\nschedules: { a: { handler: x, every: 5 minutes } }'],
    [
      'a word that is none of those',
      'version: 1\nschedules: { a: { handler: x, every: 5s, overlap: maybe } }',
    ],
    [
      'a number out of bounds',
      'version: 1\nschedules: { a: { handler: x, every: 5s, retry: { maxAttempts: 0 } } }',
    ],
    ['an id in capitals', 'version: 1\nschedules: { A: { handler: x, every: 5s } }'],
    ['a default that is a schedule’s own', 'version: 1\ndefaults: { cron: "@daily" }'],
    ['a calendar of words', 'version: 1\ncalendars: { closed: [someday] }'],
  ])('refuses %s', (_what, text) => {
    expect(holds(text)).toBe(false);
  });
});
