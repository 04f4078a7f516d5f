/** Bad input over HTTP: one clear problem for each. */

import { describe, expect, it } from 'vitest';
import { api, get, post, put, store } from './stage.js';

describe('bad input', () => {
  const task = (extra: object) => ({ handler: 'a', ...extra });
  const cases: [what: string, body: unknown, status: number, code: string, pointer?: string][] = [
    ['malformed JSON', '{"handler":', 400, 'malformed_json'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'malformed_json'],
    ['an array', [], 422, 'invalid_input'],
    ['null', 'null', 422, 'invalid_input'],
    ['no handler', {}, 422, 'invalid_input', '/handler'],
    ['a handler outside the grammar', { handler: 'no spaces' }, 422, 'invalid_input', '/handler'],
    ['an unknown field', task({ quue: 'x' }), 422, 'invalid_input', '/quue'],
    ['__proto__ as a field', '{"handler":"a","__proto__":{"queue":"x"}}', 422, 'invalid_input', '/__proto__'],
    ['a queue outside the grammar', task({ queue: 'Über' }), 422, 'invalid_input', '/queue'],
    ['a number for a text', task({ queue: 1 }), 422, 'invalid_input', '/queue'],
    ['a delay that is none', task({ delay: '10 s' }), 422, 'invalid_input', '/delay'],
    ['a delay beyond ten years', task({ delay: '4000d' }), 422, 'invalid_input', '/delay'],
    ['a runAt that is no time', task({ runAt: '2026-02-30T00:00:00Z' }), 422, 'invalid_input', '/runAt'],
    ['a runAt beyond ten years', task({ runAt: '2040-01-01T00:00:00Z' }), 422, 'invalid_input', '/runAt'],
    ['delay and runAt', task({ delay: '1s', runAt: '2026-01-02T00:00:00Z' }), 422, 'invalid_input', '/runAt'],
    ['a priority that is none', task({ priority: 'urgent' }), 422, 'invalid_input', '/priority'],
    ['an unknown field of retry', task({ retry: { tries: 1 } }), 422, 'invalid_input', '/retry/tries'],
    ['a payload over 1 MiB', task({ payload: 'x'.repeat(1 << 20) }), 413, 'payload_too_large'],
    ['a body far over 1 MiB', task({ payload: 'x'.repeat(3 << 20) }), 413, 'payload_too_large'],
  ];

  it.each(cases)('of a task: %s', async (_what, body, status, code, pointer) => {
    const reply = Buffer.isBuffer(body)
      ? await api.app.inject({
          method: 'POST',
          url: '/v1/tasks',
          headers: { 'content-type': 'application/json' },
          payload: body,
        })
      : await post('/v1/tasks', body);
    const problem = reply.json();
    expect([reply.statusCode, problem.code]).toEqual([status, code]);
    expect(reply.headers['content-type']).toContain('application/problem+json');
    expect(problem).toMatchObject({
      status,
      requestId: reply.headers['request-id'],
      fix: expect.any(String),
    });
    if (pointer) expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
    expect(await store.queues()).toEqual([]);
  });

  it.each([
    ['/v1/tasks?state=active', 422, 'invalid_input'],
    ['/v1/tasks?limit=1001', 422, 'invalid_input'],
    ['/v1/tasks?limit=1&limit=2', 422, 'invalid_input'],
    ['/v1/tasks?cursor=zzzz', 422, 'invalid_input'],
    ['/v1/tasks?stat=ready', 422, 'invalid_input'],
    ['/v1/tasks/none', 404, 'not_found'],
    [`/v1/tasks/${'x'.repeat(500)}`, 404, 'not_found'],
    ['/v1/tasks/%zz', 422, 'invalid_input'],
    ['/v1/tasks/none/wait?timeout=2h', 422, 'invalid_input'],
    ['/v1/queues/none', 404, 'not_found'],
    ['/v1/schedules/none', 404, 'not_found'],
    ['/v1/schedules?cursor=%21', 422, 'invalid_input'],
    ['/nothing/here', 404, 'not_found'],
  ])('of GET %s', async (url, status, code) => {
    const reply = await get(url);
    expect([reply.statusCode, reply.json().code]).toEqual([status, code]);
    expect(reply.headers['content-type']).toContain('application/problem+json');
  });

  it('of a path that no route has: names the place where all are listed', async () => {
    const { fix, detail } = (await get('/v1/task')).json();
    expect([detail, fix]).toEqual([
      'There is nothing at GET /v1/task.',
      expect.stringContaining('/openapi.json'),
    ]);
    expect((await get('/v1/tasks/none')).json().fix).toBe('Check the id.');
  });

  it('of a schedule: every problem at once', async () => {
    const reply = await put('/v1/schedules/s', { cron: '61 * * * *', handlr: 'a', retry: { delay: '1' } });
    expect(reply.statusCode).toBe(422);
    expect(reply.json().errors.map((one: { pointer: string }) => one.pointer)).toEqual(
      expect.arrayContaining(['/cron', '/handlr', '/retry/delay']),
    );
  });

  it('of other kinds: content type, method, Idempotency-Key', async () => {
    const plain = await post('/v1/tasks', '{"handler":"a"}', { 'content-type': 'text/plain' });
    expect([plain.statusCode, plain.json().code]).toEqual([415, 'unsupported_media']);
    const wrong = await post('/v1/workers');
    expect([wrong.statusCode, wrong.json().code, wrong.headers['allow']]).toEqual([
      405,
      'method_not_allowed',
      'GET, HEAD',
    ]);
    const keyed = await post('/v1/tasks', { handler: 'a' }, { 'idempotency-key': 'x'.repeat(257) });
    expect([keyed.statusCode, keyed.json().code]).toEqual([422, 'invalid_input']);
    expect(await store.queues()).toEqual([]);
  });

  it('reads what curl sends when nobody says what it is as JSON', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post('/v1/tasks', '{"handler":"a"}', form)).statusCode).toBe(201);
    const wrong = await post('/v1/tasks', 'handler=a', form);
    expect([wrong.statusCode, wrong.json().code]).toEqual([400, 'malformed_json']);
    const foreign = { ...form, origin: 'http://evil.example' };
    expect((await post('/v1/tasks', '{"handler":"a"}', foreign)).statusCode).toBe(403);
  });

  it('leaves a payload exactly as it is, however odd', async () => {
    const body = '{"handler":"a","payload":{"__proto__":{"x":1},"constructor":{"prototype":{}}}}';
    const { id } = (await post('/v1/tasks', body)).json();
    const facts = await store.find(id);
    expect(facts?.payload).toBe('{"__proto__":{"x":1},"constructor":{"prototype":{}}}');
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});
