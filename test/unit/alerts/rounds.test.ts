/** What looking costs, who does it, and how soon what happens is seen. */

import { beforeEach, expect, it, vi } from 'vitest';
import { AlertWatch } from '../../../src/alerts/watch.js';
import { partitionCode } from '../../../src/runtime/short-hash.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { counting } from '../scheduler/leading.js';

const time = vi.hoisted(() => ({ mono: (): number => 0 }));
vi.mock('../../../src/runtime/clock.js', () => ({ mono: () => time.mono() }));

const MINUTE = 60_000;

let store: ModelStore;
beforeEach(() => {
  store = new ModelStore();
  time.mono = () => store.now;
});

function node(by: string, leads: boolean) {
  const { asked, store: counted } = counting(store);
  const watch = new AlertWatch({
    ...{ store: counted, log: silentLog, by, targets: [], ping: async () => {} },
    leads: () => leads,
    ...{ hasLeader: async () => true, leaderTtlMs: 1_000 },
  });
  return { asked, watch, at: 0 };
}

/** Each ticks when it wants to, for so long. */
async function passes(ms: number, ...nodes: ReturnType<typeof node>[]): Promise<void> {
  const until = store.now + ms;
  for (const one of nodes) one.at = Math.max(one.at, store.now);
  while (store.now < until) {
    for (const one of nodes)
      if (one.at <= store.now) one.at = store.now + Math.max(1, Math.min(30_000, await one.watch.tick()));
    store.set(Math.min(until, ...nodes.map(({ at }) => at)));
  }
}

it('costs little where nothing goes on, however many queues and nodes there are', async () => {
  for (let i = 0; i < 400; i += 1) await store.open(`q${i}`);
  const [leader, standby] = [node('one', true), node('two', false)];
  await passes(MINUTE, leader, standby);
  for (const { asked } of [leader, standby]) asked.clear();
  await passes(10 * MINUTE, leader, standby);
  const per = ({ asked }: typeof leader, verb: string) => (asked.get(verb) ?? 0) / 10;
  expect(per(leader, 'watchAlerts')).toBeLessThanOrEqual(12);
  expect(per(standby, 'watchAlerts')).toBeLessThanOrEqual(5);
  // All that is seen by looking, twice a minute, by one of them; of queues at rest a glance for all.
  for (const verb of ['queues', 'glance', 'setRecords', 'present'])
    expect([verb, per(leader, verb), per(standby, verb)]).toEqual([verb, 2, 0]);
  const seldom = ['queueFacts', 'singled', 'alerts', 'told', 'remember', 'office', 'time'];
  for (const verb of [...seldom, 'sample', 'changeAlerts', 'enqueue', 'open', 'served'])
    expect([verb, leader.asked.get(verb) ?? 0, standby.asked.get(verb) ?? 0]).toEqual([verb, 0, 0]);
});

it('what begins in a queue at rest without a word is seen in the next round', async () => {
  const code = await store.open('still');
  const leader = node('one', true);
  await passes(10 * MINUTE, leader);
  leader.asked.clear();
  const draft = { handler: 'nobody', priority: 'normal' as const, due: 0, createdAt: store.now, payload: '' };
  await store.enqueue('still', [{ ...draft, id: `${code}-1` }]);
  await passes(36_000, leader);
  expect(await store.alerts()).toMatchObject([{ id: 'noWorker:still/nobody', state: 'raised' }]);
  await store.cancel('still', `${code}-1`);
  await passes(36_000, leader);
  expect(await store.alerts()).toEqual([]);
  leader.asked.clear();
  await passes(10 * MINUTE, leader);
  // Looked at once more than that, and then at rest again.
  expect(leader.asked.get('queueFacts') ?? 0).toBeLessThanOrEqual(1);
});

it('what is over in a queue at rest is cleared when its time has passed', async () => {
  await store.setQueue('small', { settings: { maxDepth: 1 } });
  const code = partitionCode('small');
  const later = store.now + 1_000 * MINUTE;
  const draft = { handler: 'h', priority: 'normal' as const, due: later, createdAt: store.now, payload: '' };
  await store.enqueue('small', [{ ...draft, id: `${code}-1` }]);
  const leader = node('one', true);
  await passes(2 * MINUTE, leader);
  expect(await store.alerts()).toMatchObject([{ id: 'limitFull:small:maxDepth', state: 'raised' }]);
  await store.cancel('small', `${code}-1`);
  await passes(2 * MINUTE, leader);
  expect(await store.alerts()).toEqual([]);
});

it('a queue in which something waits is looked at often, and what it has done is written down for it', async () => {
  await store.open('idle');
  const code = await store.open('busy');
  const { watch, asked, ...one } = node('one', true);
  const leader = { watch, asked, ...one };
  await passes(MINUTE, leader);
  const draft = { handler: 'h', priority: 'normal' as const, due: 0, createdAt: store.now, payload: '' };
  await store.enqueue('busy', [{ ...draft, id: `${code}-1` }]);
  watch.heed({ kind: 'due', queue: 'busy', due: 0 });
  asked.clear();
  await passes(MINUTE, { ...leader, at: 0 });
  expect(asked.get('queueFacts')).toBeGreaterThanOrEqual(12);
  expect(asked.get('queueFacts')).toBeLessThanOrEqual(18);
  const { samples } = (await store.queueFacts('busy')).pace;
  expect(samples.length).toBeGreaterThanOrEqual(10);
  expect((await store.queueFacts('idle')).pace.samples).toEqual([]);
});

it('one node looks at a time, another one where that is gone, and the alert is the same', async () => {
  await store.setQueue('mail', { paused: true });
  const nodes = [node('one', true), node('two', false), node('three', false)];
  await passes(MINUTE, ...nodes);
  const looked = nodes.map(({ asked }) => (asked.get('queueFacts') ?? 0) > 0);
  expect(looked.filter(Boolean)).toHaveLength(1);
  const [alert] = await store.alerts();
  expect(alert).toMatchObject({ id: 'queuePaused:mail', state: 'raised', told: 'one' });
  const rest = nodes.filter((_, i) => !looked[i]);
  await passes(MINUTE, ...rest);
  expect(rest.some(({ asked }) => (asked.get('queueFacts') ?? 0) > 0)).toBe(true);
  expect(await store.alerts()).toEqual([alert]);
});

it('what was of a queue that is gone is cleared', async () => {
  const kept = {
    version: 1,
    id: 'queuePaused:gone',
    kind: 'queuePaused',
    subject: 'gone',
    since: 1,
    text: 't',
  };
  await store.changeAlerts([
    { id: kept.id, expect: null, record: { ...kept, state: 'raised', at: 1, told: 'one' } },
  ]);
  await passes(MINUTE, node('one', true));
  expect(await store.alerts()).toEqual([]);
});
