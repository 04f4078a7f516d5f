/** A field of a task stands in one table; reading, OpenAPI, help and docs have it from there. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openapi } from '../../../../src/api/openapi.js';
import { tasksCommand } from '../../../../src/cli/commands/tasks.js';
import { createOutput } from '../../../../src/cli/output.js';
import { type Reader, supported } from '../../../../src/domain/input/readers.js';
import { KEPT_FIELDS, TASK_FIELDS } from '../../../../src/domain/task/fields.js';
import { readTaskInput } from '../../../../src/domain/task/task-input.js';

const FIELDS: Record<string, Reader<unknown>> = TASK_FIELDS;
const NAMES = supported(TASK_FIELDS);
const LATER = Object.keys(FIELDS).filter((name) => !NAMES.includes(name));

interface Schema {
  required: string[];
  properties: Record<string, { description?: string }>;
}

const { TaskInput } = (openapi('0') as { components: { schemas: Record<string, Schema> } }).components
  .schemas;
const stream = { write: () => true };
const surroundings = { env: {}, directory: '.', output: createOutput(stream, stream), version: '0' };
const enqueue = tasksCommand(surroundings).commands.find((command) => command.name() === 'enqueue');
const help = enqueue?.helpInformation() ?? '';
const docs = readFileSync(new URL('../../../../docs/reference.md', import.meta.url), 'utf8');

const flag = (name: string): string =>
  name === 'labels' ? '--label <' : `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <`;
const plain = (text: string): string => text.replace(/\s+/g, ' ');

test.each(NAMES)(
  '%s is in OpenAPI, in the help of `tasks enqueue` and in the docs, in the same words',
  (name) => {
    const { about = '' } = FIELDS[name] ?? {};
    expect(about).not.toBe('');
    expect(TaskInput?.properties[name]?.description).toBe(about);
    if (name !== 'handler') expect(help).toContain(flag(name));
    expect(plain(help)).toContain(about);
    expect(docs).toContain(`| \`${name}\` |`);
    expect(docs).toContain(about.replaceAll('|', '\\|'));
  },
);

test('OpenAPI has no field besides, and asks for the handler', () => {
  expect(Object.keys(TaskInput?.properties ?? {})).toEqual(NAMES);
  expect(TaskInput?.required).toEqual(['handler']);
});

test.each(LATER)('%s comes with a later release: refused by name, and shown nowhere', (name) => {
  expect(readTaskInput({ handler: 'h', [name]: 'x' })).toEqual({
    ok: false,
    code: 'unsupported',
    problems: [{ pointer: `/${name}`, detail: 'is not supported by this version; leave it out' }],
  });
  expect(help).not.toContain(flag(name));
});

test('what is kept with a task is kept under the names of the table', () => {
  const given = {
    ...{ retry: { maxAttempts: 2 }, retention: '30d', timeout: '1s' },
    ...{ labels: { a: 'b' }, uniqueKey: 'k', concurrencyKey: 'c', expiresIn: '1h' },
    ...{ after: ['aB-1'], onParentDeath: 'run' },
  };
  expect(Object.keys(given)).toEqual(Object.keys(KEPT_FIELDS));
  const reading = readTaskInput({ handler: 'h', ...given });
  expect(reading.ok && Object.keys(reading.value.options ?? {})).toEqual(Object.keys(KEPT_FIELDS));
});
