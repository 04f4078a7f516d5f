/** What must not compile, does not, each for its own reason; and what must, does. One run of tsc over all of them. */

import { beforeAll, expect, it } from 'vitest';
import { compiled } from '../../support/compiled.js';

const BEFORE = `
import { Client, Worker, defineTask, defineHandlers, defineSchedules, Fatal, RetryAfter, Snooze } from 'carillon';
import type { Around, AsJson, DefinedTask, EnqueueOptions, EnqueueRequest, Task, TaskId } from 'carillon';
declare const client: Client;
declare const text: string;
declare const number: number;
declare const maybe: boolean;
declare const options: EnqueueOptions;
declare function same<A, B>(yes: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false): void;
interface Schema<In, Out> {
  readonly '~standard': {
    readonly version: 1; readonly vendor: string;
    readonly types?: { readonly input: In; readonly output: Out } | undefined;
    readonly validate: (value: unknown) => { readonly value: Out; readonly issues?: undefined } | { readonly issues: readonly { readonly message: string }[] };
  };
}
declare const mail: Schema<{ to: string }, { to: string; copies: number }>;
declare const sent: Schema<{ at: string }, { at: Date }>;
const welcome = defineTask({ name: 'email.welcome', input: mail, output: sent, queue: 'mail', timeout: '30s', retry: { delays: ['1s', '1m'] } });
const bare = defineTask<{ to: string }, { ok: boolean }>({ name: 'email.bare' });
const loose = defineTask({ name: 'loose' });
`;

/** Compiles. */
const SOUND = [
  `client.enqueue('x')`,
  `client.enqueue('x', 1, undefined)`,
  `client.enqueue('x', {}, { delay: '10m' })`,
  `client.enqueue('x', {}, { delay: '1w2d3h4m5s6ms', timeout: '0ms' })`,
  `client.enqueue('x', {}, { delay: text })`,
  `client.enqueue('x', {}, { delay: maybe ? text : undefined, retry: { delay: text, maxAttempts: 3 } })`,
  `client.enqueue('x', {}, { delay: \`\${number}ms\` })`,
  `client.enqueue('x', {}, { delay: maybe ? '1s' : '1m' })`,
  `client.enqueue('x', {}, maybe ? { delay: '1s' } : { runAt: text })`,
  `client.enqueue('x', {}, { runAt: new Date(), labels: { a: 'b' } })`,
  `client.enqueue('x', {}, options)`,
  `client.enqueue('x', {}, { ...options, timeout: text })`,
  `client.enqueue('x', {}, { retry: { delays: ['1s', '10s'], jitter: false } })`,
  `client.enqueue(welcome, { to: 'a' }, { delay: text, priority: 'high' })`,
  `client.enqueue(loose)`,
  `client.enqueueMany([{ handler: 'x' }, { handler: welcome, payload: { to: 'a' } }, { handler: loose, runAt: new Date() }])`,
  `client.enqueueMany([{ handler: 'x' }, { handler: welcome, payload: { to: 'a' } }, { handler: bare, payload: { to: 'a' } }]).then(([x, w, b]) => same<[typeof x, typeof w, typeof b], [Task, Task<{ at: string }>, Task<{ ok: boolean }>]>(true))`,
  `client.enqueueMany(['a', 'b'].map((to) => ({ handler: welcome, payload: { to } }))).then((made) => same<(typeof made)[number], Task<{ at: string }>>(true))`,
  `client.enqueueMany([] as EnqueueRequest[]).then((made) => same<(typeof made)[number], Task>(true))`,
  `client.enqueueMany([{ handler: welcome, payload: { to: 'a' } }], { onComplete: { handler: 'y' } }).then((made) => same<[(typeof made)[0], typeof made.onComplete], [Task<{ at: string }>, Task]>(true))`,
  `client.wait('1-a', '30s')`,
  `client.wait('1-a', text)`,
  `client.wait<number>('1-a', '30s').then((task) => same<typeof task, Task<number>>(true))`,
  `client.enqueue(welcome, { to: 'a' }).then((task) => same<typeof task, Task<{ at: string }>>(true))`,
  `client.enqueue(welcome, { to: 'a' }).then((task) => client.wait(task.id)).then((task) => same<typeof task.result, { at: string } | undefined>(true))`,
  `client.enqueue(bare, { to: 'a' }).then((task) => client.get(task.id)).then((task) => same<typeof task, Task<{ ok: boolean }> | null>(true))`,
  `client.enqueue('x').then((task) => client.wait<string>(task.id)).then((task) => same<typeof task, Task<string>>(true))`,
  `client.wait<string>({} as string).then((task) => same<typeof task, Task<string>>(true))`,
  `client.wait<string>(({} as Task).id)`,
  `client.enqueue('x').then((task) => client.wait(task.id)).then((task) => same<typeof task, Task>(true))`,
  `client.reschedule('1-a', { delay: text })`,
  `client.reschedule('1-a', { runAt: new Date() })`,
  `client.enqueue(bare, { to: 'a' }).then((task) => client.redrive(task.id)).then((task) => same<typeof task, Task<{ ok: boolean }>>(true))`,
  `const id: string = ({} as Task<number>).id`,
  `const id: TaskId<number> = 'x'`,
  `const any: Task = {} as Task<{ at: string }>`,
  `welcome.handle((payload) => { same<typeof payload, { to: string; copies: number }>(true); return { at: text }; })`,
  `welcome.handle(async () => ({ at: text }))`,
  `loose.handle(() => 1)`,
  `defineHandlers({ ...welcome.handle(() => ({ at: text })), x: async (payload: { a: number }) => payload.a })`,
  `new Worker({ handlers: {}, around: (ctx, next) => { const n: number = ctx.attempt; return next().finally(() => n); } })`,
  `same<AsJson<{ a: Date; b?: number; c: [1, 'x']; d: () => void; e: { toJSON(): number } }>, { a: string; b?: number; c: [1, 'x']; e: number }>(true)`,
  `same<AsJson<void>, undefined>(true)`,
  `defineTask({ name: 'x', timeout: text, retry: { delay: text } })`,
  `defineSchedules({ version: 1, schedules: { a: { handler: 'x', every: '15m', payload: { any: 1 } }, b: { handler: welcome, payload: { to: 'a' }, cron: '0 9 * * *' } } })`,
  `defineSchedules({ version: 1, schedules: { a: { handler: loose, every: '15m' }, b: { handler: bare, payload: { to: text }, at: new Date(), labels: { x: 'y' } } } })`,
  `const schedules: Parameters<typeof defineSchedules>[0]['schedules'] = {}; defineSchedules({ version: 1, defaults: { timezone: text }, schedules })`,
  `throw new RetryAfter('10m')`,
  `throw new Snooze(text, 'later')`,
  `if (text as unknown instanceof RetryAfter) throw new Fatal('x')`,
];

/** Does not, and the words are in what the compiler says. */
const REFUSED: [code: string, words: string][] = [
  [`client.enqueue('x', {}, { delay: '10 minutes' })`, '"10 minutes"'],
  [`client.enqueue('x', {}, { delay: '5x' })`, '"5x"'],
  [`client.enqueue('x', {}, { delay: '1m2h' })`, '"1m2h"'],
  [`client.enqueue('x', {}, { delay: '1.5h' })`, '"1.5h"'],
  [`client.enqueue('x', {}, { delay: '' })`, '""'],
  [`client.enqueue('x', {}, { delay: 10 })`, "Type 'number'"],
  [`client.enqueue('x', {}, { delay: maybe ? '1s' : '5 s' })`, '5 s'],
  [`client.enqueue('x', {}, { timeout: '1 m', queue: 'mail' })`, '"1 m"'],
  [`client.enqueue('x', {}, { retry: { delay: '1 s' } })`, '"1 s"'],
  [`client.enqueue('x', {}, { retry: { delays: ['1s', '1 s'] } })`, '"1 s"'],
  [`client.enqueue('x', {}, { delay: '1s', runAt: new Date() })`, "Type 'Date'"],
  [`client.enqueue('x', {}, { delay: text, runAt: new Date() })`, "Type 'Date'"],
  [`client.enqueue('x', {}, { dely: '1s' })`, "'dely'"],
  [`client.enqueue('x', {}, { retry: { maxAtempts: 1 } })`, "'maxAtempts'"],
  [`client.enqueue('x', {}, { priority: 'urgent' })`, '"urgent"'],
  [`client.enqueue(welcome, { from: 'a' })`, "'from'"],
  [`client.enqueue(welcome, { to: 5 })`, "Type 'number'"],
  [`client.enqueue(welcome)`, 'arguments'],
  [`client.enqueue(welcome, { to: 'a' }, { delay: '5x' })`, '"5x"'],
  [`client.enqueue(bare, { to: 'a', cc: 'b' })`, "'cc'"],
  [`client.enqueueMany([{ handler: welcome, payload: { from: 'a' } }])`, "'from' does not exist"],
  [`client.enqueueMany([{ handler: welcome, payload: {} }])`, "'to' is missing"],
  [`client.enqueueMany([{ handler: welcome }])`, "'payload' is missing"],
  [`client.enqueueMany([{ handler: 'x', delay: '5x' }])`, '"5x"'],
  [`client.enqueueMany([{ handler: 'x', delay: '5s', runAt: new Date() }])`, "Type 'Date'"],
  [`client.enqueue(welcome, { to: 'a' }).then((task) => task.result?.at.getTime())`, "'getTime'"],
  [
    `client.enqueue(bare, { to: 'a' }).then((task) => client.wait(task.id)).then((task) => task.result?.of)`,
    "'of'",
  ],
  [`client.reschedule('1-a', { delay: '1 h' })`, '"1 h"'],
  [`client.reschedule('1-a', { delay: '1h', runAt: new Date() })`, "Type 'Date'"],
  [`client.wait('1-a', '30 s')`, '"30 s"'],
  [`client.wait<string>(({} as Task<{ at: string }>).id)`, "'string'"],
  [`welcome.handle(() => ({ at: 5 }))`, "Type 'number'"],
  [`welcome.handle((payload) => ({ at: payload.from }))`, "'from'"],
  [`bare.handle(async () => 'ok')`, "'string'"],
  [`defineTask({ name: 'x', timeout: '5 m' })`, '"5 m"'],
  [`defineTask({ name: 'x', retry: { delays: ['5 m'] } })`, '"5 m"'],
  [`defineTask({ name: 'x', quue: 'mail' })`, "'quue'"],
  [`throw new RetryAfter('10 minutes')`, '"10 minutes"'],
  [`throw new Snooze('5x')`, '"5x"'],
  [`new Worker({ handlers: {}, lease: '10 s' })`, '"10 s"'],
  [`new Worker({ handlers: {}, around: 5 })`, "Type 'number'"],
  [`defineSchedules({ version: 1, schedules: { a: { handler: 'x', every: '15 m' } } })`, '"15 m"'],
  [
    `defineSchedules({ version: 1, schedules: { a: { handler: welcome, payload: { to: 5 }, every: '15m' } } })`,
    "'number'",
  ],
  [
    `defineSchedules({ version: 1, schedules: { a: { handler: welcome, payload: { from: 'a' }, every: '15m' } } })`,
    "'to' is missing",
  ],
  [
    `defineSchedules({ version: 1, schedules: { a: { handler: welcome, every: '15m' } } })`,
    "'payload' is missing",
  ],
  [
    `defineSchedules({ version: 1, schedules: { a: { handler: bare, payload: 'a', every: '15m' } } })`,
    "'string'",
  ],
  [`defineSchedules({ version: 1, schedules: { a: { handler: 'x', evry: '15m' } } })`, 'evry'],
  [
    `defineSchedules({ version: 1, schedules: { a: { handler: 'x', every: '15m', cron: '@daily' } } })`,
    'cron',
  ],
  [
    `defineSchedules({ version: 1, schedules: { a: { handler: 'x', every: '15m', retry: { maxAtempts: 1 } } } })`,
    'maxAtempts',
  ],
];

/** What the compiler says of each snippet. */
const said = new Map<string, string>();

beforeAll(() => {
  const codes = [...SOUND, ...REFUSED.map(([code]) => code)];
  const first = BEFORE.split('\n').length;
  const text = codes.map((code, i) => `export async function f${i}() { ${code} }`).join('\n');
  const output = compiled({ 'all.ts': `${BEFORE}${text}\n` });
  let code: string | undefined;
  for (const line of output.split('\n')) {
    const [, row] = /^(?:.*\/)?all\.ts\((\d+),\d+\): error/.exec(line) ?? [];
    if (row !== undefined) code = codes[Number(row) - first];
    else if (!line.startsWith(' ')) code = undefined;
    if (code !== undefined) said.set(code, `${said.get(code) ?? ''}${line}\n`);
    else if (line.includes('error')) said.set('elsewhere', `${said.get('elsewhere') ?? ''}${line}\n`);
  }
}, 120_000);

it('nothing else is wrong', () => expect(said.get('elsewhere')).toBeUndefined());

it.each(SOUND)('compiles: %s', (code) => expect(said.get(code)).toBeUndefined());

it.each(REFUSED)('does not compile: %s', (code, words) => expect(said.get(code)).toContain(words));
