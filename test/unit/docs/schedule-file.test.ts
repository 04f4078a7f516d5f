/** schedules/schema.json and docs/schedule-file.md are made of the fields and their notes; `UPDATE_DOCS=1` writes them anew. */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDefinition } from '../../../src/domain/schedule/definition.js';
import { FIELD_NOTES, FILE_NOTES, GROUP_NOTES } from '../../../src/domain/schedule/field-notes.js';
import { loadTexts } from '../../../src/files/load.js';
import { filePage, fileSchema, written } from '../../support/schedule-file.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function held(file: string, text: string): void {
  const path = `${ROOT}${file}`;
  if (process.env['UPDATE_DOCS']) writeFileSync(path, text);
  expect(readFileSync(path, 'utf8')).toBe(text);
}

it('schedules/schema.json says what fields and notes say', () => {
  const args = ['format', '--stdin-file-path=schedules/schema.json'];
  const input = JSON.stringify(fileSchema(), null, 2);
  const formatted = execFileSync(`${ROOT}node_modules/.bin/biome`, args, { cwd: ROOT, input });
  held('schedules/schema.json', formatted.toString());
});

it('docs/schedule-file.md says what fields and notes say', () => held('docs/schedule-file.md', filePage()));

const when = (key: string): object => (['cron', 'every', 'at'].includes(key) ? {} : { every: '15m' });

/** A schedule with one example in it, as the page writes it. */
const withExample = (key: string, example: unknown): unknown => ({
  ...(key === 'handler' ? {} : { handler: 'a' }),
  ...when(key),
  ...(parse(`${key}: ${written(example)}`) as object),
});

describe('each example is valid', () => {
  it.each(Object.entries(FIELD_NOTES))('%s', (key, { example }) => {
    const reading = readDefinition('s', withExample(key, example), { environment: 'production' });
    expect('problems' in reading ? reading.problems : []).toEqual([]);
    expect(parse(written(example))).toEqual(example);
  });

  const inner = Object.entries(GROUP_NOTES).flatMap(([group, notes]) =>
    Object.entries(notes).map(
      ([key, { example }]) => [`${group}.${key}`, group, { [key]: example }] as const,
    ),
  );
  it.each(inner)('%s', (_name, group, example) => {
    const reading = readDefinition('s', withExample(group, example));
    expect('problems' in reading ? reading.problems : []).toEqual([]);
  });

  it.each(Object.entries(FILE_NOTES))('%s', (key, { example }) => {
    const text = `${key === 'version' ? '' : 'version: 1\n'}${key}: ${written(example)}\n`;
    expect(loadTexts([{ path: 'page.yaml', text }], { env: {} }).problems).toEqual([]);
  });
});
