/** The audit over HTTP: every change leaves one entry, nothing else leaves any, and the deed does not hang on it. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/api/routes.js';
import type { AuditView } from '../../../src/audit/list.js';
import { auditCommand } from '../../../src/cli/commands/audit.js';
import { createOutput } from '../../../src/cli/output.js';
import { CarillonError } from '../../../src/domain/input/errors.js';
import type { Log } from '../../../src/runtime/log.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel();
});
afterEach(() => on.api.close());

const entries = async (): Promise<AuditView[]> => (await on.get('/v1/audit?limit=1000')).json().items;
/** What the last one tells, once there is just one more. */
async function told(deed: () => Promise<{ statusCode: number; body: string }>): Promise<AuditView> {
  const before = (await entries()).length;
  // Of one millisecond it is not told which of two streams was first.
  on.store.now += 1;
  const reply = await deed();
  expect(reply.statusCode, reply.body).toBeLessThan(300);
  const after = await entries();
  expect(after.length - before).toBe(1);
  return after[0] as AuditView;
}
async function tellsNothing(deed: () => Promise<unknown>): Promise<void> {
  const before = await entries();
  await deed();
  expect(await entries()).toEqual(before);
}
const patch = (url: string, body: object) =>
  on.api.app.inject({
    method: 'PATCH',
    url,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  });
const worker = () =>
  on.store.announce(
    'worker',
    {
      ...{ id: 'w~1', name: 'w', host: 'h', pid: 1, version: '1', startedAt: 0, seenAt: 0 },
      ...{ queues: ['mail'], handlers: ['a'], concurrency: 10 },
    },
    600_000,
  );

describe('the table of routes', () => {
  it('names an action for everything that changes something, each once', () => {
    for (const { method, path, action, changesNothing = false } of ROUTES) {
      const changes = method !== 'get' && !changesNothing;
      expect([method, path, action !== undefined]).toEqual([method, path, changes]);
    }
    const actions = ROUTES.flatMap(({ action }) => action ?? []);
    expect(new Set(actions).size).toBe(actions.length);
    for (const action of actions) expect(action).toMatch(/^[a-z]+\.[a-zA-Z]+$/);
  });

  it('is asked before a route is served', () => {
    expect(() => on.api.app.post('/v1/unheard', async () => ({}))).toThrow();
  });
});

describe('an entry', () => {
  it('tells who, when, what, and how a schedule changed, without its payload', async () => {
    const body = { handler: 'a', cron: '0 9 * * *', payload: { secret: 'x' }, queue: 'mail' };
    const made = await told(() =>
      on.put('/v1/schedules/daily', body, { 'x-carillon-by': 'ada@example.com' }),
    );
    expect(made).toMatchObject({
      ...{ at: new Date(on.store.now).toISOString(), by: 'ada@example.com' },
      ...{ action: 'schedule.put', subject: 'daily', after: { cron: '0 9 * * *', queue: 'mail' } },
    });
    expect(made).not.toHaveProperty('before');
    expect(made.requestId).toMatch(/./);
    const moved = await told(() => on.put('/v1/schedules/daily', { ...body, cron: '0 10 * * *' }));
    expect(moved).toMatchObject({
      before: { cron: '0 9 * * *', revision: expect.any(Number) },
      after: { cron: '0 10 * * *', revision: expect.any(Number) },
      by: 'api',
    });
    expect(Object.keys(moved.after ?? {})).toEqual(['cron', 'revision']);
    const paused = await told(() => on.post('/v1/schedules/daily/pause', { reason: 'works', by: 'grace' }));
    expect(paused).toMatchObject({
      ...{ by: 'grace', action: 'schedule.pause', before: { state: 'enabled' } },
      after: { state: 'paused', paused: { reason: 'works' } },
    });
    expect(await told(() => on.post('/v1/schedules/daily/resume'))).toMatchObject({
      before: { state: 'paused' },
      after: { state: 'enabled' },
    });
    const gone = await told(() => on.remove('/v1/schedules/daily'));
    expect(gone).toMatchObject({ action: 'schedule.delete', before: { cron: '0 10 * * *' } });
    expect(gone).not.toHaveProperty('after');
    expect(JSON.stringify(await entries())).not.toContain('secret');
  });

  it('names whom pauses, revisions and operations name', async () => {
    const by = { 'x-carillon-by': 'ada@example.com' };
    await on.put('/v1/schedules/daily', { handler: 'a', cron: '0 9 * * *' }, by);
    const paused = await on.post('/v1/schedules/daily/pause', {}, by);
    expect(paused.json()).toMatchObject({ pausedBy: 'ada@example.com' });
    await on.post('/v1/schedules/resume', { filter: {}, count: 1 }, by);
    const { items } = (await on.get('/v1/schedules/daily/revisions')).json();
    expect(items.map((one: { by: string }) => one.by)).toEqual(Array(3).fill('ada@example.com'));
    await on.post('/v1/tasks', { handler: 'a', delay: '1h' });
    const begun = await on.post('/v1/tasks/cancel', { filter: {}, count: 1 }, by);
    expect(begun.json()).toMatchObject({ by: 'ada@example.com' });
    // The header may be a proxy's that knows who it is; a name in the body is one where there is none.
    const named = await on.post('/v1/schedules/daily/pause', { by: 'grace' }, by);
    expect(named.json()).toMatchObject({ pausedBy: 'ada@example.com' });
    await on.post('/v1/schedules/daily/resume', {});
    const alone = await on.post('/v1/schedules/daily/pause', { by: 'grace' });
    expect(alone.json()).toMatchObject({ pausedBy: 'grace' });
  });

  it('names the request that its answer names', async () => {
    const reply = await on.post('/v1/queues/mail/pause');
    expect(await entries()).toMatchObject([
      {
        requestId: reply.headers['request-id'],
        action: 'queue.pause',
        subject: 'mail',
        after: { paused: true },
      },
    ]);
    expect(await told(() => on.post('/v1/queues/mail/resume'))).toMatchObject({
      before: { paused: true },
      after: { paused: false },
    });
    expect(await told(() => patch('/v1/queues/mail', { concurrency: 3 }))).toMatchObject({
      ...{ action: 'queue.set', before: { settings: {} }, after: { settings: { concurrency: 3 } } },
    });
    expect(await told(() => on.put('/v1/queues/mail', {}))).toMatchObject({ action: 'queue.put' });
  });

  it('of a task tells its states, never what it carries', async () => {
    const payload = { secret: 'x' };
    const made = await told(() =>
      on.post('/v1/tasks', { handler: 'a', queue: 'mail', payload, delay: '1h' }),
    );
    expect(made).toMatchObject({
      action: 'task.enqueue',
      after: { handler: 'a', queue: 'mail', delay: '1h' },
    });
    const id = made.subject;
    expect((await on.get(`/v1/tasks/${id}`)).statusCode).toBe(200);
    const moved = await told(() => on.post(`/v1/tasks/${id}/reschedule`, { delay: '2h' }));
    expect([moved.subject, Object.keys(moved.before ?? {}), Object.keys(moved.after ?? {})]).toEqual([
      ...[id, ['dueAt'], ['dueAt']],
    ]);
    expect(await told(() => on.post(`/v1/tasks/${id}/cancel`, { reason: 'wrong' }))).toMatchObject({
      before: { state: 'scheduled' },
      after: { state: 'cancelled', reason: 'wrong' },
    });
    const many = [{ handler: 'a', payload }, { handler: 'b' }, { handler: 'not valid' }];
    expect(await told(() => on.post('/v1/tasks/batch', { tasks: many }))).toMatchObject({
      ...{ action: 'tasks.enqueue', subject: '2 tasks', after: { tasks: 2, refused: 1 } },
    });
    expect(JSON.stringify(await entries())).not.toContain('secret');
  });

  it('of deeds on many tells the filter and the operation', async () => {
    await on.post('/v1/tasks', { handler: 'a', queue: 'mail', delay: '1h' });
    const filter = { queue: 'mail' };
    const cancelled = await told(() =>
      on.post('/v1/tasks/cancel', { filter, count: 1, by: 'ada', reason: 'old' }),
    );
    expect(cancelled).toMatchObject({
      ...{ by: 'ada', action: 'tasks.cancel', subject: 'queue=mail' },
      after: { kind: 'cancel', count: 1, reason: 'old' },
    });
    const { operation } = cancelled.after as { operation: string };
    expect(await told(() => on.post(`/v1/operations/${operation}/abort`))).toMatchObject({
      ...{ action: 'operation.abort', subject: operation },
      ...{ before: { state: 'running' }, after: { state: 'aborted' } },
    });
    const purge = await told(() => on.post('/v1/queues/mail/purge', { count: 1 }));
    expect(purge).toMatchObject({
      action: 'queue.purge',
      subject: 'mail',
      after: { kind: 'purge', count: 1 },
    });
    await on.put('/v1/schedules/daily', { handler: 'a', cron: '0 9 * * *' });
    expect(
      await told(() => on.post('/v1/schedules/pause', { filter: {}, count: 1, reason: 'works' })),
    ).toMatchObject({
      ...{ action: 'schedules.pause', subject: 'all', after: { count: 1, changed: 1, reason: 'works' } },
    });
    await on.post('/v1/schedules/daily/resume');
    const run = await told(() => on.post('/v1/schedules/daily/trigger', { payload: { secret: 1 } }));
    expect(run).toMatchObject({ action: 'schedule.trigger', subject: 'daily' });
    expect((await on.get(`/v1/tasks/${encodeURIComponent(String(run.after?.['task']))}`)).statusCode).toBe(
      200,
    );
    expect(await told(() => on.post('/v1/schedules/daily/skip', {}))).toMatchObject({ subject: 'daily' });
    const range = { from: '2025-12-01T00:00:00Z', to: '2025-12-05T00:00:00Z' };
    expect(await told(() => on.post('/v1/schedules/daily/backfill', range))).toMatchObject({
      ...{ action: 'schedule.backfill', subject: 'daily', after: { kind: 'backfill', count: 4 } },
    });
  });

  it('of sets tells what was put forward, let through and gone back to', async () => {
    const text = (cron: string) => `version: 1\nschedules:\n  one: { handler: a, cron: "${cron}" }\n`;
    const propose = (cron: string) =>
      on.post('/v1/sets/billing/proposals', { files: [{ path: 'a.yaml', text: text(cron) }], by: 'ada' });
    const first = await told(() => propose('0 9 * * *'));
    expect(first).toMatchObject({
      ...{ by: 'ada', action: 'set.propose', subject: 'billing', after: { verdict: 'accepted', files: 1 } },
    });
    await tellsNothing(() => propose('0 9 * * *'));
    await tellsNothing(() =>
      on.post('/v1/sets/billing/plan', { files: [{ path: 'a.yaml', text: text('0 10 * * *') }] }),
    );
    await told(() => propose('0 10 * * *'));
    expect(await told(() => on.post('/v1/sets/billing/rollback', { revision: 1 }))).toMatchObject({
      ...{ action: 'set.rollback', subject: 'billing' },
    });
    expect(await told(() => on.remove('/v1/sets/billing?force'))).toMatchObject({ action: 'set.remove' });
  });

  it('of a worker tells what it was asked, by its id', async () => {
    await worker();
    expect(await told(() => on.post('/v1/workers/w/scale', { concurrency: 3 }))).toMatchObject({
      ...{ action: 'worker.scale', subject: 'w~1', after: { asked: { concurrency: 3 } } },
    });
    for (const verb of ['quiet', 'resume', 'stop'])
      expect(await told(() => on.post(`/v1/workers/w/${verb}`))).toMatchObject({ action: `worker.${verb}` });
  });

  it('stays small', async () => {
    const labels = Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`label-${n}`, 'x'.repeat(200)]));
    const made = await told(() =>
      on.put('/v1/schedules/wide', { handler: 'a', cron: '0 9 * * *', labels, description: 'y'.repeat(900) }),
    );
    expect(made.after).toMatchObject({ cut: true });
    expect(JSON.stringify(made).length).toBeLessThan(2_500);
  });
});

describe('no entry', () => {
  it('comes of what only asks, or was refused', async () => {
    await on.put('/v1/schedules/daily', { handler: 'a', cron: '0 9 * * *' });
    await on.post('/v1/tasks', { handler: 'a', queue: 'mail' });
    const filter = { queue: 'mail' };
    for (const deed of [
      () => on.get('/v1/schedules/daily'),
      () => on.post('/v1/tasks/cancel?dryRun=true', { filter }),
      () => on.post('/v1/queues/mail/purge?dryRun', {}),
      () =>
        on.post('/v1/schedules/daily/backfill?dryRun=true', {
          from: '2025-12-01T00:00:00Z',
          to: '2025-12-02T00:00:00Z',
        }),
      () => on.post('/v1/tasks/cancel', { filter, count: 7 }),
      () => on.post('/v1/tasks', { handler: 'not valid' }),
      () => on.post('/v1/tasks/unknown-1/cancel'),
      () => on.post('/v1/schedules/unknown/pause'),
      () => on.post('/v1/workers/nobody/quiet'),
      () => on.put('/v1/schedules/daily', { handler: 'a', cron: 'never' }),
      () => on.put('/v1/schedules/daily', { handler: 'a', cron: '0 8 * * *' }, { 'if-match': '"9"' }),
      () => on.post('/v1/tasks/batch', { tasks: [{ handler: 'not valid' }] }),
    ])
      await tellsNothing(deed);
  });

  it('comes of a call that is repeated', async () => {
    const key = { 'idempotency-key': 'k1' };
    await told(() => on.post('/v1/tasks', { handler: 'a' }, key));
    await tellsNothing(() => on.post('/v1/tasks', { handler: 'a' }, key));
    await on.put('/v1/schedules/daily', { handler: 'a', cron: '0 9 * * *', overlap: 'allow' });
    await on.put('/v1/schedules/other', { handler: 'a', cron: '0 9 * * *', overlap: 'allow' });
    await told(() => on.post('/v1/schedules/daily/trigger', {}, key));
    await tellsNothing(() => on.post('/v1/schedules/daily/trigger', {}, key));
    await told(() => on.post('/v1/schedules/other/trigger', {}, key));
    const range = { from: '2025-12-01T00:00:00Z', to: '2025-12-05T00:00:00Z' };
    await told(() => on.post('/v1/schedules/daily/backfill', range, key));
    await tellsNothing(() => on.post('/v1/schedules/daily/backfill', range, key));
  });

  it('comes of a unique key that finds its task, but for what changes that one', async () => {
    const task = { handler: 'a', queue: 'mail', uniqueKey: 'u', delay: '1h' };
    await told(() => on.post('/v1/tasks', task));
    await tellsNothing(() => on.post('/v1/tasks', task));
    await tellsNothing(() => on.post('/v1/tasks/batch', { tasks: [task] }));
    const replaced = await told(() =>
      on.post('/v1/tasks', { ...task, delay: '2h', unique: { mode: 'replace' } }),
    );
    expect(replaced).toMatchObject({ action: 'task.enqueue', after: { uniqueKey: 'u', delay: '2h' } });
  });
});

describe('who did it', () => {
  it.each(['', 'a\u0007b', 'x'.repeat(129)])('is refused where it is %j', async (by) => {
    await tellsNothing(async () => {
      const reply = await on.post('/v1/queues/mail/pause', {}, { 'x-carillon-by': by });
      expect([reply.statusCode, reply.json().errors[0].pointer]).toEqual([422, '/X-Carillon-By']);
    });
    expect((await on.get('/v1/queues')).json().items).toEqual([]);
  });
});

describe('where Redis does not take the entry', () => {
  function logged() {
    const lines: [string, unknown, string][] = [];
    const at = (level: string) => (fields: unknown, message?: string) =>
      void lines.push([level, fields, String(message)]);
    const log = { ...silentLog, warn: at('warn'), error: at('error') } as Log;
    return { lines, log };
  }

  it('the deed is answered, the entry stands in the log and follows', async () => {
    const { lines, log } = logged();
    await on.api.close();
    on = apiOnModel({ log });
    const { audit } = on.store;
    on.store.audit = async () => {
      throw new CarillonError('unavailable', 'away');
    };
    expect((await on.post('/v1/queues/mail/pause')).statusCode).toBe(200);
    expect(lines).toMatchObject([
      ['warn', { entry: { action: 'queue.pause', subject: 'mail' } }, /tried again/],
    ]);
    on.store.audit = audit;
    expect((await on.post('/v1/queues/mail/resume')).statusCode).toBe(200);
    expect((await entries()).map(({ action }) => action)).toEqual(['queue.resume', 'queue.pause']);
  });

  it('what is left when the node ends stands in the log', async () => {
    const { lines, log } = logged();
    await on.api.close();
    on = apiOnModel({ log });
    on.store.audit = async () => {
      throw new CarillonError('unavailable', 'away');
    };
    await on.post('/v1/queues/mail/pause');
    await on.api.close();
    expect(lines.at(-1)).toMatchObject(['error', { entry: { action: 'queue.pause' } }, /nowhere else/]);
  });
});

describe('the list', () => {
  it('goes page by page, and takes no cursor of another', async () => {
    for (let n = 0; n < 5; n += 1) await on.post(`/v1/queues/q${n}/pause`);
    const first = (await on.get('/v1/audit?limit=2')).json();
    expect(first.items.map(({ subject }: AuditView) => subject)).toEqual(['q4', 'q3']);
    const second = (await on.get(`/v1/audit?limit=9&cursor=${first.nextCursor}`)).json();
    expect(second.items.map(({ subject }: AuditView) => subject)).toEqual(['q2', 'q1', 'q0']);
    expect(second.nextCursor).toBeNull();
    for (const query of ['cursor=x', 'limit=0', 'limit=1001', 'by=ada'])
      expect([query, (await on.get(`/v1/audit?${query}`)).statusCode]).toEqual([query, 422]);
  });

  it('is printed with what changed', async () => {
    await on.post('/v1/queues/mail/pause', {}, { 'x-carillon-by': 'ada' });
    await on.post('/v1/queues/mail/resume', {}, { 'x-carillon-by': 'ada' });
    const { url } = await on.api.listen();
    let out = '';
    const stream = { write: (text: string) => (out += text) };
    const output = createOutput(stream, stream);
    const surroundings = { env: { CARILLON_URL: url }, directory: '.', output, version: '0' };
    await auditCommand(surroundings).parseAsync(['--limit', '1'], { from: 'user' });
    expect(out).toMatch(/ada +queue.resume +mail +paused true → false\n/);
    expect(out).toMatch(/More: carillon audit --cursor \S+/);
  });
});
