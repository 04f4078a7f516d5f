/** What a node says of its schedule files: each warning once, however often the files are loaded. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFileSet } from '../../../src/files/file-set.js';
import { ScheduleFiles, type ScheduleFilesOptions } from '../../../src/node/schedule-files.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { eventually } from '../../support/eventually.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'carillon-files-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (...schedules: string[]): void =>
  writeFileSync(join(directory, 'a.yaml'), ['version: 1', 'schedules:', ...schedules].join('\n'));

test('warnings of a schedule are logged once, and those of an edit when they come', async () => {
  const warned: string[] = [];
  const log = {
    warn: (facts: unknown, text?: unknown) => warned.push(String(text ?? facts)),
    info: () => {},
    error: () => {},
    debug: () => {},
  };
  const files = new ScheduleFiles({
    store: new ModelStore(),
    log: log as unknown as ScheduleFilesOptions['log'],
    ...{ directory, chosen: true, set: undefined, environment: undefined, release: undefined, env: {} },
    ...{ node: 'n', process: 'n~1', dev: false, onTold: () => {}, read: readFileSet },
  });
  const odd = '  odd: { handler: x, cron: "0 0 31 * *" }';
  write(odd);
  await files.start();
  try {
    await eventually(() => files.files !== undefined);
    expect(warned).toEqual([
      expect.stringMatching(/a\.yaml:3:28: schedules\.odd\.cron: "31" in day of month/),
    ]);
    write(odd, '  late: { handler: x, at: "2020-01-01T00:00:00Z" }');
    await eventually(() => warned.length > 1);
    expect(warned.slice(1)).toEqual([expect.stringMatching(/schedules\.late\.at: .* has passed/)]);
  } finally {
    await files.stop();
  }
});

test('files that are gone are missed in the set they were; files of another set are told as such', async () => {
  const told: string[] = [];
  const tell = (facts: unknown, text?: unknown) => told.push(String(text ?? facts));
  const store = new ModelStore();
  const files = new ScheduleFiles({
    ...{ store, log: { warn: tell, info: tell, error: tell } as unknown as ScheduleFilesOptions['log'] },
    ...{ directory, chosen: true, set: undefined, environment: undefined, release: undefined, env: {} },
    ...{ node: 'n', process: 'n~1', dev: false, onTold: () => {}, read: readFileSet },
  });
  const declare = (source: string): void =>
    writeFileSync(
      join(directory, 'a.yaml'),
      `version: 1\nsource: ${source}\nschedules: { a: { handler: x, every: 1h } }`,
    );
  declare('one');
  await files.start();
  try {
    await eventually(async () => Boolean((await store.setRecord('one'))?.live));
    rmSync(join(directory, 'a.yaml'));
    await eventually(async () => (await store.setRecord('one'))?.held?.reason === 'empty');
    expect(await store.setRecord('files')).toBeNull();
    declare('two');
    await eventually(async () => Boolean((await store.setRecord('two'))?.live));
    expect(told.filter((text) => text.includes('stays in force'))).toEqual([
      'the schedule files are of the set two now; one stays in force: carillon sets remove one removes its schedules',
    ]);
  } finally {
    await files.stop();
  }
});
