/** Who led and why not any more, and an end that is asked for, over HTTP. */

import { expect, it } from 'vitest';
import type { Signal } from '../../../src/store/contract/index.js';
import { get, post, replace, store } from './stage.js';

/** The API sees who holds office. */
function seeing(): void {
  const leader = async () => {
    const office = await store.office();
    return office && { node: office.node.split('~')[0] ?? '', term: office.number, since: office.since };
  };
  replace({ cluster: { self: 'one', leaderTtlMs: 1_000, leader } });
}

const announce = (name: string) =>
  store.announce(
    'node',
    { id: `${name}~1`, name, host: 'h', pid: 1, version: '0', startedAt: 0, seenAt: 0 },
    60_000,
  );

it('tells terms, the latest first, with how long they lasted and why they ended', async () => {
  expect((await get('/v1/cluster/history')).json()).toEqual({ items: [], nextCursor: null, refused: 0 });
  const first = await store.allocateTerm('one~1', 'v1');
  store.advance(5_000);
  if (first) await store.leaveOffice(first, { end: 'steppedDown', by: 'Ada', reason: 'works' });
  const second = await store.allocateTerm('two~1', 'v2');
  store.advance(2_000);
  const { items } = (await get('/v1/cluster/history')).json();
  expect(items).toMatchObject([
    { term: second?.number, node: 'two', lastedMs: 2_000, sentence: 'it is in office', refused: 0 },
    { term: first?.number, node: 'one', lastedMs: 5_000, end: 'steppedDown' },
  ]);
  expect(items[0].end).toBeUndefined();
  expect(items[1].sentence).toBe('it was asked to step down, and handed over (by Ada: works)');
  expect((await get('/v1/cluster/history?limit=1')).json().items).toHaveLength(1);
  for (const query of ['?limit=0', '?limit=401', '?cursor=a'])
    expect((await get(`/v1/cluster/history${query}`)).statusCode).toBe(422);
});

it('a leader that is asked hands over to another node, and says to whom', async () => {
  seeing();
  await announce('one');
  await announce('two');
  const first = await store.allocateTerm('one~1', 'v1');
  const heard: Signal[] = [];
  await store.subscribe((signal) => {
    heard.push(signal);
    // The first one is not heard.
    if (heard.length !== 2 || !first) return;
    store.leaveOffice(first, { end: 'steppedDown', by: 'api' }).catch(() => {});
    store.allocateTerm('two~1', 'v2').catch(() => {});
  });
  const reply = await post('/v1/cluster/step-down', { reason: 'works' });
  expect(reply.statusCode, reply.body).toBe(200);
  expect(reply.json()).toMatchObject({
    from: { node: 'one', term: first?.number },
    leader: { node: 'two' },
    tookMs: expect.any(Number),
  });
  expect(heard[0]).toEqual({ kind: 'stepDown', token: first?.token, by: 'api', reason: 'works' });
});

it('is refused where nobody could take over, and where nobody leads or the leader stays', async () => {
  const nobody = await post('/v1/cluster/step-down');
  expect([nobody.statusCode, nobody.json().code]).toEqual([503, 'unavailable']);
  expect(nobody.headers['retry-after']).toBeDefined();
  seeing();
  await announce('one');
  const first = await store.allocateTerm('one~1', 'v1');
  const alone = await post('/v1/cluster/step-down', {});
  expect([alone.statusCode, alone.json().code]).toEqual([409, 'conflict']);
  expect(alone.json().detail).toContain('one is the only node');
  await announce('two');
  const hangs = await post('/v1/cluster/step-down', {});
  expect([hangs.statusCode, hangs.json().detail]).toEqual([503, expect.stringContaining('still leads')]);
  expect((await store.office())?.number).toBe(first?.number);
  for (const body of [{ who: 'me' }, { reason: '' }, 'x'])
    expect((await post('/v1/cluster/step-down', body)).statusCode).toBeGreaterThanOrEqual(400);
});
