import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { supported } from '../../../src/domain/input/readers.js';
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
    'heartbeat',
    'nightly-report',
    'tidy-up',
  ]);
});
