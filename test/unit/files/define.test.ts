/** `defineSchedules()` with tasks: the file says what YAML would say. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defineSchedules } from '../../../src/files/define.js';
import { loadSchedules } from '../../../src/files/load.js';
import type { StandardSchema } from '../../../src/tasks/definition.js';
import { defineTask } from '../../../src/worker/task-definition.js';

interface Mail {
  to: string;
}

function schemaOf(later = false): StandardSchema<Mail> {
  const check = (value: unknown) => {
    const { to } = (value ?? {}) as Partial<Mail>;
    return typeof to === 'string'
      ? { value: { to } }
      : { issues: [{ message: 'a text is needed', path: ['to'] }] };
  };
  return {
    '~standard': {
      ...{ version: 1, vendor: 'test' },
      validate: (value) => (later ? Promise.resolve(check(value)) : check(value)),
    },
  };
}

const welcome = defineTask({
  name: 'email.welcome',
  input: schemaOf(),
  queue: 'mail',
  timeout: '30s',
  retry: { maxAttempts: 7 },
});

describe('a task as handler', () => {
  test('stands there by its name, with what it says of its tasks', () => {
    const file = defineSchedules({
      version: 1,
      schedules: {
        typed: { handler: welcome, payload: { to: 'a' }, cron: '0 9 * * MON' },
        own: { handler: welcome, payload: { to: 'a' }, every: '1h', queue: 'bulk', retry: { delay: '5s' } },
        plain: { handler: 'x', every: '1h' },
      },
    });
    expect(file).toEqual({
      version: 1,
      schedules: {
        typed: {
          ...{ handler: 'email.welcome', payload: { to: 'a' }, cron: '0 9 * * MON' },
          ...{ queue: 'mail', timeout: '30s', retry: { maxAttempts: 7 } },
        },
        own: {
          ...{ handler: 'email.welcome', payload: { to: 'a' }, every: '1h' },
          ...{ queue: 'bulk', timeout: '30s', retry: { delay: '5s' } },
        },
        plain: { handler: 'x', every: '1h' },
      },
    });
  });

  test('refuses a payload that does not fit its schema', () => {
    const wrong = { to: 5 } as unknown as Mail;
    const of = (input: StandardSchema<Mail>) => () =>
      defineSchedules({
        version: 1,
        schedules: { late: { handler: defineTask({ name: 'x', input }), payload: wrong, every: '1h' } },
      });
    expect(of(schemaOf())).toThrow(
      'A payload does not fit its task: /schedules/late/payload/to: a text is needed',
    );
    expect(of(schemaOf(true))).not.toThrow();
  });
});

describe('a module among the files', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'carillon-define-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  test('with tasks is read like any other file', async () => {
    const from = (file: string): string =>
      JSON.stringify(new URL(`../../../src/${file}`, import.meta.url).pathname);
    const text = `import { defineSchedules } from ${from('files/define.ts')};
import { defineTask } from ${from('worker/task-definition.ts')};
const resize = defineTask<{ url: string }>({ name: 'image.resize', queue: 'images' });
export default defineSchedules({ version: 1, schedules: { a: { handler: resize, payload: { url: '/' }, every: '1h' } } });
`;
    writeFileSync(join(dir, 'a.ts'), text);
    const { problems, schedules } = await loadSchedules(dir, { env: {} });
    expect(problems).toEqual([]);
    expect(schedules[0]?.definition).toMatchObject({
      handler: 'image.resize',
      queue: 'images',
      payload: { url: '/' },
    });
  });
});
