/** Expectations over the model store: told once in the cluster, kept over restarts, cleared, and shown. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AlertWatch } from '../../../src/alerts/watch.js';
import type { Log } from '../../../src/runtime/log.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { Life, QUEUE } from '../schedules/explain-stage.js';

const NOW = '2026-03-27T12:00:00Z';
const EXPLAIN = '; `carillon schedules explain s` tells what became of it';
/** Whoever looked before does so no longer, ms. */
const AWHILE = 15_000;
const EVERY = { every: '10m', expect: { startWithin: '5m', finishWithin: '8m', successWithin: '9m' } };

const time = vi.hoisted(() => ({ mono: (): number => 0 }));
vi.mock('../../../src/runtime/clock.js', () => ({ mono: () => time.mono() }));

let life: Life;
beforeEach(() => {
  life = new Life(NOW);
  time.mono = () => life.on.store.now;
});
afterEach(() => life.on.api.close());

/** A node's watch, and what it has told: of schedules, and of all else. `tick`: a while after the one before. */
function node(name: string, leads = true, hasLeader = async () => true, leaderTtlMs = 1_000) {
  const told: string[] = [];
  const others: string[] = [];
  const tell = (level: string) => (fields: object | string, text?: string) => {
    const to = typeof fields === 'object' && 'schedule' in fields ? told : others;
    to.push(`${level} ${text}`);
  };
  const levels = { error: tell('ERROR'), warn: tell('WARN'), info: tell('INFO') };
  const watch = new AlertWatch({
    ...{ store: life.on.store, log: { ...silentLog, ...levels } as Log, by: `${name}~1` },
    leads: () => leads,
    ...{ hasLeader, leaderTtlMs, targets: [], ping: async () => {} },
  });
  watch.changed(QUEUE);
  const tick = (): Promise<number> => {
    life.on.store.advance(AWHILE);
    return watch.tick();
  };
  return { told, others, watch, tick };
}

const shown = async () => {
  const { expectations } = (await life.on.get('/v1/schedules/s')).json();
  return expectations.map(({ kind, state, since }: { kind: string; state: string; since?: string }) =>
    state === 'ok' ? `${kind} ok` : `${kind} since ${since}`,
  );
};
const alerts = async () => {
  const { items } = (await life.on.get('/v1/alerts')).json();
  return items
    .filter(({ kind }: { kind: string }) => kind === 'expectation')
    .map(({ id, since }: { id: string; since: string }) => `${id} since ${since}`);
};
const OK = ['startWithin ok', 'finishWithin ok', 'successWithin ok'];
const LATE = [
  'startWithin since 2026-03-27T12:15:00.000Z',
  'finishWithin since 2026-03-27T12:18:00.000Z',
  'successWithin since 2026-03-27T12:19:00.000Z',
];

describe('expectations', () => {
  it('are met by a run in time, and shown with their limits', async () => {
    await life.put(EVERY);
    const { watch, told } = node('one');
    await life.through('2026-03-27T12:09:55Z', '2026-03-27T12:10:00Z');
    await life.taken();
    await life.ends(1_000);
    life.asleepUntil('2026-03-27T12:19:30Z');
    await watch.tick();
    expect(await shown()).toEqual(OK);
    expect((await life.on.get('/v1/schedules/s')).json().expectations[0]).toEqual({
      ...{ kind: 'startWithin', limit: '5m', state: 'ok' },
    });
    expect(told).toEqual([]);
    expect((await life.on.get('/v1/schedules')).json().items[0].expectations).toHaveLength(3);
  });

  it('are missed where a run waits, each from its own limit on, and told once in the cluster', async () => {
    await life.put(EVERY);
    const [one, two] = [node('one'), node('two', false)];
    await life.through('2026-03-27T12:09:55Z', '2026-03-27T12:10:00Z');
    for (const time of ['12:15:00.001', '12:16:00', '12:19:30', '12:19:40']) {
      life.asleepUntil(`2026-03-27T${time}Z`);
      for (const { watch } of [one, two]) await watch.tick();
    }
    expect(one.told).toEqual([
      `WARN s was to start within 5m of 2026-03-27 12:10 UTC, and did not${EXPLAIN}`,
      `WARN s was to end within 8m of 2026-03-27 12:10 UTC, and did not${EXPLAIN}`,
      `WARN s was to succeed within 9m of 2026-03-27 12:10 UTC, and did not${EXPLAIN}`,
    ]);
    expect(two.told).toEqual([]);
    expect(await shown()).toEqual(LATE);
    expect(await alerts()).toHaveLength(3);
  });

  it('are missed where no run exists, because the leader is stuck: another node tells', async () => {
    await life.put(EVERY);
    const standby = node('two', false);
    life.asleepUntil('2026-03-27T12:14:30Z');
    await standby.watch.tick();
    life.asleepUntil('2026-03-27T12:15:00.001Z');
    await standby.watch.tick();
    expect(standby.told).toEqual([]);
    life.asleepUntil('2026-03-27T12:15:05Z');
    await standby.watch.tick();
    expect(standby.told).toHaveLength(1);
    expect(await alerts()).toEqual(['expectation:s:startWithin since 2026-03-27T12:15:00.000Z']);
  });

  it('keep since when, over a restart and longer than instants are looked back at', async () => {
    await life.put({ every: '1m', expect: { startWithin: '5s' } });
    const first = node('one');
    life.asleepUntil('2026-03-27T12:01:06Z');
    await first.watch.tick();
    const [alert] = await alerts();
    life.asleepUntil('2026-03-27T16:00:30Z');
    const second = node('one');
    await second.watch.tick();
    expect(await alerts()).toEqual([alert]);
    expect(await shown()).toEqual(['startWithin since 2026-03-27T12:01:05.000Z']);
    expect([first.told.length, second.told.length]).toEqual([1, 0]);
  });

  it('are cleared, and told so once, when a later run keeps them', async () => {
    await life.put({ every: '10m', expect: { startWithin: '5m' } });
    const { watch, told } = node('one');
    await life.through('2026-03-27T12:09:55Z', '2026-03-27T12:10:00Z', '2026-03-27T12:16:00Z');
    await watch.tick();
    await life.taken();
    await life.ends(1_000);
    await watch.tick();
    expect(await shown()).toEqual(['startWithin since 2026-03-27T12:15:00.000Z']);
    await life.through('2026-03-27T12:19:55Z', '2026-03-27T12:20:00Z');
    await life.taken();
    for (let i = 0; i < 3; i += 1) await watch.tick();
    expect(await shown()).toEqual(['startWithin ok']);
    expect(await alerts()).toEqual([]);
    expect(told).toEqual([
      `WARN s was to start within 5m of 2026-03-27 12:10 UTC, and did not${EXPLAIN}`,
      `INFO no longer so: s was to start within 5m of 2026-03-27 12:10 UTC, and did not${EXPLAIN}`,
    ]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['is paused', () => life.on.post('/v1/schedules/s/pause')],
    ['is deleted', () => life.on.remove('/v1/schedules/s')],
    ['expects nothing any more', () => life.put({ every: '10m' })],
  ])('are no longer missed once the schedule %s', async (_what, change) => {
    await life.put({ every: '10m', expect: { startWithin: '5m' } });
    const { watch } = node('one');
    life.asleepUntil('2026-03-27T12:16:00Z');
    await watch.tick();
    expect(await alerts()).toHaveLength(1);
    await change();
    const next = node('two');
    await next.watch.tick();
    expect(await alerts()).toEqual([]);
  });

  it('of instants that people let pass are none', async () => {
    await life.put({ every: '10m', expect: { startWithin: '5m' }, exclude: [{ cron: '20 12 * * *' }] });
    await life.on.post('/v1/schedules/s/pause');
    life.asleepUntil('2026-03-27T12:16:00Z');
    await life.on.post('/v1/schedules/s/resume');
    life.asleepUntil('2026-03-27T12:29:00Z');
    expect(await shown()).toEqual(['startWithin ok']);
  });
});

describe('a run that nobody works on', () => {
  const idle = async () => {
    const { items } = (await life.on.get('/v1/alerts')).json();
    return items.filter(({ kind }: { kind: string }) => kind === 'skipBehindIdle');
  };

  it('is told of once instants are skipped behind it, and no longer once somebody works on it', async () => {
    await life.put({ every: '10m' });
    await life.through('2026-03-27T12:09:55Z', '2026-03-27T12:10:00Z');
    expect(await idle()).toEqual([]);
    await life.through('2026-03-27T12:19:55Z', '2026-03-27T12:20:00Z');
    const run = `s@${Date.parse('2026-03-27T12:10:00Z')}`;
    expect(await idle()).toMatchObject([
      {
        ...{ id: 'skipBehindIdle:s', subject: 's', severity: 'warning', since: '2026-03-27T12:20:00.000Z' },
        text: `since 2026-03-27 12:20 UTC runs of s are skipped behind its run ${run}, which is ready and nobody works on; give it a worker, or cancel that run`,
      },
    ]);
    await life.taken();
    expect(await idle()).toEqual([]);
  });

  it('is found by the leader, which nobody asks, and told once when it is and once when it is over', async () => {
    await life.put({ every: '10m' });
    await life.through('2026-03-27T12:09:55Z', '2026-03-27T12:10:00Z');
    const quiet = node('one');
    await quiet.tick();
    expect(quiet.told).toEqual([]);
    await life.through('2026-03-27T12:19:55Z', '2026-03-27T12:20:00Z');
    const [two, three] = [node('two'), node('three')];
    for (const { tick } of [two, three]) await tick();
    const text = expect.stringMatching(
      /^WARN since 2026-03-27 12:20 UTC runs of s are skipped behind its run/,
    );
    expect([two.told, three.told]).toEqual([[text], []]);
    await life.taken();
    const last = node('four');
    await last.tick();
    expect(last.told).toEqual([expect.stringMatching(/^INFO no longer so: since 2026-03-27 12:20 UTC/)]);
  });
});

describe('what is seen by looking', () => {
  const PAUSED =
    'the queue mail is paused: it hands nothing out, and 1 task waits; `carillon queues resume mail` lets it go on';
  const LOST =
    '1 task waits in the queue mail for the handler lost, which no worker of that queue has; start a worker that has it and serves the queue';

  it('is told by the node that looks, each by how grave it is, and once it has been so for long enough', async () => {
    await life.on.post('/v1/tasks', { handler: 'lost', queue: 'mail' });
    await life.on.post('/v1/queues/mail/pause');
    const leader = node('one');
    const standby = node('two', false);
    await leader.tick();
    expect(leader.others).toEqual([`INFO ${PAUSED}`]);
    life.on.store.advance(5_000);
    await leader.watch.tick();
    await standby.watch.tick();
    expect(leader.others).toEqual([`INFO ${PAUSED}`, `WARN ${LOST}`]);
    await life.on.post('/v1/queues/mail/resume');
    life.on.store.advance(5_000);
    await leader.watch.tick();
    expect(leader.others.slice(2)).toEqual([`INFO no longer so: ${PAUSED}`]);
    expect(standby.others).toEqual([]);
  });

  it('is told by another node where the one that looked is gone, and only what that one did not tell', async () => {
    await life.on.post('/v1/queues/mail/pause');
    const first = node('one');
    await first.tick();
    // It is gone now, and something else happens.
    await life.on.post('/v1/queues/post/pause');
    const second = node('two', false);
    await second.watch.tick();
    expect(second.others).toEqual([]);
    await second.tick();
    expect(second.others).toEqual([expect.stringContaining('the queue post is paused')]);
    await life.on.post('/v1/queues/mail/resume');
    await second.tick();
    expect(second.others.slice(1)).toEqual([
      expect.stringContaining('no longer so: the queue mail is paused'),
    ]);
    expect(first.others).toHaveLength(1);
  });

  it('is told also where it was seen by somebody who asked, and who died before it was told', async () => {
    await life.on.post('/v1/queues/mail/pause');
    expect((await life.on.get('/v1/alerts?kind=queuePaused')).json().items).toHaveLength(1);
    const { tick, others } = node('one');
    for (let i = 0; i < 3; i += 1) await tick();
    expect(others).toHaveLength(1);
    await life.on.post('/v1/queues/mail/resume');
    expect((await life.on.get('/v1/alerts?kind=queuePaused')).json().items).toEqual([]);
    for (let i = 0; i < 3; i += 1) await tick();
    expect(others).toHaveLength(2);
  });

  it('and that nobody leads, by a node that sees so for a while', async () => {
    let led = false;
    const standby = node('two', false, async () => led);
    expect(await standby.watch.tick()).toBeLessThanOrEqual(5_000);
    expect(standby.others).toEqual([]);
    life.on.store.advance(5_000);
    await standby.watch.tick();
    const text = 'no node leads: what was planned still runs, nothing new is planned';
    expect(standby.others).toEqual([expect.stringContaining(`ERROR ${text}`)]);
    led = true;
    const leader = node('one');
    await leader.tick();
    expect(leader.others).toEqual([expect.stringContaining(`INFO no longer so: ${text}`)]);
  });

  it('where the lock of a leader that died stands for long, no sooner than elections take', async () => {
    const standby = node('two', false, async () => false, 20_000);
    await standby.watch.tick();
    life.on.store.advance(55_000);
    await standby.watch.tick();
    expect(standby.others).toEqual([]);
    life.on.store.advance(5_000);
    await standby.watch.tick();
    expect(standby.others).toEqual([expect.stringContaining('ERROR no node leads')]);
  });
});
