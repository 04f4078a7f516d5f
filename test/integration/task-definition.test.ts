/** A task definition with a schema: both ends check the payload and see it in their own type. */

import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { Client, defineTask, type Handlers, type StandardSchema, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

let redis: TestRedis;
const open: { stop(): Promise<void> }[] = [];
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  await Promise.all(open.splice(0).map((part) => part.stop()));
});

type Result = { value: { at: Date; copies: number } } | { issues: { message: string; path: unknown[] }[] };

/** Text in, Date out; `copies` may be left out. Written by hand, with a step of either kind in its paths. */
function reminder(
  later: boolean,
): StandardSchema<{ at: string; copies?: number }, { at: Date; copies: number }> {
  const read = (value: unknown): Result => {
    const { at, copies = 1 } = (value ?? {}) as { at?: unknown; copies?: unknown };
    const issues: { message: string; path: unknown[] }[] = [];
    if (typeof at !== 'string' || Number.isNaN(Date.parse(at)))
      issues.push({ message: 'no time', path: ['at'] });
    if (typeof copies !== 'number') issues.push({ message: 'no number', path: [{ key: 'copies' }, 'a/b'] });
    return issues.length > 0
      ? { issues }
      : { value: { at: new Date(at as string), copies: copies as number } };
  };
  return {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => (later ? Promise.resolve().then(() => read(value)) : read(value)),
    },
  };
}

async function house(handlers: Handlers): Promise<Client> {
  const connection = { redis: redis.url, namespace: uniqueNamespace(), log: silentLog };
  const client = new Client(connection);
  const worker = new Worker({ ...connection, handlers });
  open.push({ stop: () => client.close() }, worker);
  await worker.start();
  return client;
}

const remind = defineTask({ name: 'remind', input: reminder(false) });

test.each([[false], [true]])(
  'what fits travels as given, and arrives as the schema makes it (later: %j)',
  async (later) => {
    const defined = defineTask({ name: 'remind', input: reminder(later) });
    const client = await house(
      defined.handle((payload) => {
        expectTypeOf(payload).toEqualTypeOf<{ at: Date; copies: number }>();
        return [payload.at instanceof Date, payload.at.getTime(), payload.copies];
      }),
    );
    const task = await client.enqueue(defined, { at: '2030-01-01T00:00:00Z' });
    expect(await client.wait(task.id)).toMatchObject({
      payload: { at: '2030-01-01T00:00:00Z' },
      result: [true, Date.UTC(2030, 0, 1), 1],
    });
  },
);

test('what does not fit is not enqueued; the error names each place', async () => {
  const ran: unknown[] = [];
  const client = await house({ ...remind.handle(() => ran.push('defined')), h: () => 1 });
  // @ts-expect-error the payload is typed
  await expect(client.enqueue(remind, { at: 5, copies: 'x' })).rejects.toMatchObject({
    code: 'invalid_input',
    message: 'Invalid task: /payload/at: no time; /payload/copies/a~1b: no number',
    errors: [
      { pointer: '/payload/at', detail: 'no time' },
      { pointer: '/payload/copies/a~1b', detail: 'no number' },
    ],
  });
  // A Date is text by the time the handler sees it, and that is what is checked.
  const dated = { at: new Date('2030-01-01T00:00:00Z') } as never;
  expect(await client.wait((await client.enqueue(remind, dated)).id)).toMatchObject({ state: 'completed' });
  const many = client.enqueueMany([{ handler: 'h' }, { handler: remind, payload: { at: 'never' } }]);
  await expect(many).rejects.toMatchObject({ errors: [{ pointer: '/1/payload/at' }] });
  const [sound] = await client.enqueueMany([{ handler: remind, payload: { at: '2030-01-01' } }]);
  expect(await client.wait(sound?.id ?? '')).toMatchObject({ state: 'completed' });
  expect(ran).toEqual(['defined', 'defined']);
});

test('what comes from elsewhere and does not fit is dead at once, unseen by the handler', async () => {
  const ran: unknown[] = [];
  const client = await house(remind.handle((payload) => ran.push(payload)));
  const task = await client.enqueue('remind', { at: 'never' }, { retry: { maxAttempts: 5 } });
  expect(await client.wait(task.id)).toMatchObject({
    state: 'dead',
    failures: 1,
    error: { message: 'The payload does not fit remind: /at: no time' },
  });
  expect(ran).toEqual([]);
});

test('no payload reaches a schema that allows it', async () => {
  const optional: StandardSchema<string | undefined> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) =>
        value === undefined ? { value } : { issues: [{ message: `not ${JSON.stringify(value)}` }] },
    },
  };
  const nothing = defineTask({ name: 'nothing', input: optional });
  const client = await house(nothing.handle((payload) => payload === undefined));
  const task = await client.enqueue(nothing);
  expect(await client.wait(task.id)).toMatchObject({ state: 'completed', result: true });
  await expect(client.enqueue(nothing, 'text')).rejects.toThrow('Invalid task: /payload: not "text"');
});

/** A result with its time as text; what it does not know it leaves out. */
const receipt: StandardSchema<{ at: string }, { at: Date }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const { at } = (value ?? {}) as { at?: unknown };
      return typeof at === 'string'
        ? { value: { at: new Date(at) } }
        : { issues: [{ message: 'no time', path: ['at'] }] };
    },
  },
};

test('a result is kept as its schema makes it, and typed where it is awaited', async () => {
  const sent = defineTask({ name: 'sent', output: receipt });
  const at = '2030-01-01T00:00:00.000Z';
  const client = await house(sent.handle(async () => ({ at, secret: 'x' })));
  const task = await client.wait((await client.enqueue(sent)).id);
  expectTypeOf(task.result).toEqualTypeOf<{ at: string } | undefined>();
  expect(task).toMatchObject({ state: 'completed' });
  expect(task.result).toEqual({ at });
});

test('a result that does not fit fails the attempt; another may bring a better one', async () => {
  const sent = defineTask({ name: 'sent', output: receipt, retry: { delays: ['10ms'] } });
  const client = await house(
    sent.handle((_, ctx) => (ctx.attempt === 1 ? ({ at: 5 } as never) : { at: '2030-01-01' })),
  );
  const task = await client.wait((await client.enqueue(sent)).id);
  expect(task).toMatchObject({ state: 'completed', result: { at: '2030-01-01T00:00:00.000Z' } });
  expect(task.attempts[0]).toMatchObject({
    outcome: 'failed',
    error: { code: 'result_invalid', message: 'The result does not fit sent: /at: no time' },
  });
});

test("a definition's own options hold where a call does not say otherwise", async () => {
  const client = await house({ h: () => 1 });
  const own = defineTask({
    name: 'own',
    queue: 'q',
    priority: 'high',
    timeout: '5s',
    retry: { maxAttempts: 7 },
  });
  const [plain, queue] = [await client.enqueue(own), defineTask({ name: 'h', queue: 'other' })];
  expect(plain).toMatchObject({ queue: 'q', priority: 'high', maxAttempts: 7 });
  const said = { priority: 'low', retry: { delays: ['1s'] }, queue: undefined } as never;
  expect(await client.enqueue(own, null, said)).toMatchObject({
    queue: 'q',
    priority: 'low',
    maxAttempts: 2,
  });
  expect(await client.enqueue(queue)).toMatchObject({ handler: 'h', queue: 'other', priority: 'normal' });
  const many = [
    { handler: own },
    { handler: own, queue: 'r', labels: { a: 'b' } },
    { handler: queue },
  ] as const;
  expect(await client.enqueueMany(many)).toMatchObject([
    { queue: 'q', priority: 'high' },
    { queue: 'r', priority: 'high', labels: { a: 'b' } },
    { queue: 'other', priority: 'normal' },
  ]);
  await expect(client.enqueue(own, null, { queue: null } as never)).rejects.toMatchObject({
    errors: [{ pointer: '/queue' }],
  });
  expect(() => defineTask({ name: 'x', queue: 'No' })).toThrow('queue must be');
  expect(() => defineTask({ name: 'x', output: 5 as never })).toThrow('output must be a Standard Schema');
});

test('calls with something else than they take are refused, each in words', async () => {
  const client = await house({ h: () => 1 });
  const calls: [unknown, string][] = [
    [client.enqueueMany('x' as never), 'enqueueMany takes a list of tasks'],
    [client.enqueueMany([null] as never), 'must be an object'],
    [client.enqueue('h', null, null as never), 'options of a task must be an object'],
    [client.enqueue('h', null, 'high' as never), 'options of a task must be an object'],
    [client.enqueue(null as never as string), 'handler'],
    [client.get(undefined as never), 'id must be a text'],
    [client.cancel(5 as never), 'id must be a text'],
    [client.wait('', '1s'), 'id must be a text'],
    [client.wait('1-a', 'x' as never), 'timeout must be a duration such as'],
    [client.wait('1-a', Symbol('x') as never), 'timeout must be a duration such as'],
  ];
  for (const [call, words] of calls) {
    await expect(call).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(words),
    });
  }
});

test('workers tell the JSON Schema of a payload: their own, or what the library of the input tells', async () => {
  const standard = reminder(false)['~standard'];
  const schema = { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] };
  const told: unknown[] = [];
  const jsonSchema = {
    input: (options: { target: string }) => {
      told.push(options);
      return schema;
    },
  };
  const speaking = defineTask({ name: 'speaking', input: { '~standard': { ...standard, jsonSchema } } });
  const named = defineTask<{ at: string }>({ name: 'named', schema: { title: 'A time', ...schema } });
  const own = async () => 'ran';
  const client = await house({
    ...speaking.handle(own),
    ...named.handle(own),
    ...remind.handle(own),
    silent: own,
  });
  expect(told).toEqual([{ target: 'draft-2020-12' }]);
  expect((await client.handlers.get('speaking')).schema).toEqual(schema);
  expect((await client.handlers.get('named')).schema).toEqual({ title: 'A time', ...schema });
  const { items } = await client.handlers.list();
  expect(items.filter((one) => one.schema).map(({ name }) => name)).toEqual(['named', 'speaking']);
  const bare = (await client.handlers.list({ schema: false })).items;
  expect(bare).toEqual(items.map(({ schema: _, ...rest }) => rest));
  await expect(client.handlers.list({ schema: 'false' as never })).rejects.toThrow('must be true or false');
  // It is for people: the task runs whatever it says.
  const task = await client.enqueue('named', { at: 7 });
  expect((await client.wait(task.id)).result).toBe('ran');
});

test('a schema that a library cannot tell, or that is too large, is not told', async () => {
  const jsonSchema = {
    input: () => {
      throw new Error('a Date is no JSON');
    },
  };
  const standard = reminder(false)['~standard'];
  const mute = defineTask({ name: 'mute', input: { '~standard': { ...standard, jsonSchema } } });
  const large = defineTask({ name: 'large', schema: { title: 'x'.repeat(20_000) } });
  const client = await house({ ...mute.handle(() => 1), ...large.handle(() => 1) });
  expect((await client.handlers.list()).items.map(({ name, schema }) => [name, schema])).toEqual([
    ['large', undefined],
    ['mute', undefined],
  ]);
  expect(() => defineTask({ name: 'x', schema: 'object' as never })).toThrow(/schema/);
});
