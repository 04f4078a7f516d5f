/** `GET /v1/alerts` and `carillon alerts` over the model store. */

import { describe, expect, it } from 'vitest';
import { alertsCommand } from '../../../src/cli/commands/alerts.js';
import { createOutput } from '../../../src/cli/output.js';
import type { Presence } from '../../../src/store/contract/index.js';
import { api, get, post, replace, store } from './stage.js';

const items = async () => (await get('/v1/alerts')).json().items;
const node = (over: Partial<Presence>): Presence => ({
  ...{ id: 'one~x', name: 'one', host: 'h', pid: 1, version: '1', startedAt: 1, seenAt: 1 },
  ...over,
});

describe('alerts', () => {
  it('there are none where nothing is wrong', async () => {
    expect((await get('/v1/alerts')).json()).toEqual({ items: [], nextCursor: null });
    expect((await get('/v1/alerts?kind=x')).json()).toMatchObject({
      status: 422,
      errors: [{ pointer: '/kind' }],
    });
    expect((await get('/v1/alerts?other=x')).statusCode).toBe(422);
  });

  it('tell of a paused queue from when it was seen first until it is resumed', async () => {
    await post('/v1/queues/mail/pause');
    const since = new Date(store.now).toISOString();
    const alert = { id: 'queuePaused:mail', kind: 'queuePaused', subject: 'mail', severity: 'info', since };
    const text =
      'the queue mail is paused: it hands nothing out; `carillon queues resume mail` lets it go on';
    expect(await items()).toEqual([{ ...alert, text }]);
    expect((await get('/v1/alerts?kind=queuePaused')).json().items).toEqual([{ ...alert, text }]);
    expect((await get('/v1/alerts?kind=backlog')).json().items).toEqual([]);
    store.advance(60_000);
    expect(await items()).toMatchObject([alert]);
    await post('/v1/queues/mail/resume');
    expect(await items()).toEqual([]);
    store.advance(60_000);
    await post('/v1/queues/mail/pause');
    expect(await items()).toMatchObject([{ since: new Date(store.now).toISOString() }]);
  });

  it('tell of handlers that no worker has, and of no leader as the gravest', async () => {
    await post('/v1/tasks', { handler: 'lost.one', queue: 'mail' });
    await post('/v1/tasks', { handler: 'lost.one', queue: 'mail' });
    replace({});
    await store.allocateTerm('one', 'lock');
    const planned = new Date(store.now).toISOString();
    store.advance(5_000);
    replace({ cluster: { self: 'one', leaderTtlMs: 1_000, leader: async () => null } });
    expect(await items()).toEqual([]);
    store.advance(5_000);
    expect(await items()).toMatchObject([
      { kind: 'noLeader', severity: 'critical', since: planned },
      {
        id: 'noWorker:mail/lost.one',
        severity: 'warning',
        text: expect.stringMatching(
          /^2 tasks wait in the queue mail for the handler lost.one, .* start a worker/,
        ),
      },
    ]);
  });

  it('tell of files that are not valid', async () => {
    const shown = [{ pointer: 'a.yaml:3:1', detail: 'handler is required' }];
    const files = { set: 'files', problems: 3, shown };
    await store.announce('node', node({ files }), 10_000);
    expect(await items()).toMatchObject([
      {
        id: 'setInvalid:files',
        text: expect.stringMatching(
          /^the schedule files of the set files on one are not valid: a.yaml:3:1: handler is required, and 2 more; mend/,
        ),
      },
    ]);
  });

  it('are listed by the command', async () => {
    const { url } = await api.listen();
    await post('/v1/queues/mail/pause');
    let out = '';
    const stream = { write: (text: string) => (out += text) };
    const output = createOutput(stream, stream);
    const surroundings = { env: { CARILLON_URL: url }, directory: '.', output, version: '0' };
    await alertsCommand(surroundings).parseAsync([], { from: 'user' });
    expect(out).toMatch(/^SEVERITY +KIND +SUBJECT +SINCE +TEXT\n *info +queuePaused +mail /);
  });
});
