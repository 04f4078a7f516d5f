/** Telling: one message for each target whoever dies or comes second, in order, and no more lines than somebody reads. */

import { beforeEach, expect, it } from 'vitest';
import { ALERT_HANDLER, type AlertMessage, OUTWARD_QUEUE } from '../../../src/alerts/outward.js';
import { tellAlerts } from '../../../src/alerts/tell.js';
import type { Log } from '../../../src/runtime/log.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import type { AlertRecord } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';

let store: ModelStore;
let tellers = 0;
beforeEach(() => {
  store = new ModelStore();
});

function teller(targets = ['mine'], over: Partial<ModelStore> = {}) {
  const lines: string[] = [];
  const tell = (fields: object | string, text?: string) =>
    lines.push(typeof fields === 'string' ? fields : `${text}`);
  const log = { ...silentLog, error: tell, warn: tell, info: tell } as Log;
  const given = new Proxy(store, {
    get(target, verb: keyof ModelStore) {
      const value = over[verb] ?? target[verb];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  tellers += 1;
  const by = `${tellers}`;
  const told = async (): Promise<void> =>
    tellAlerts({ store: given, log, targets, by }, await store.alerts());
  return { lines, told };
}

async function raise(queue: string, over: Partial<AlertRecord> = {}): Promise<AlertRecord> {
  const record: AlertRecord = {
    ...{ version: 1, id: `queuePaused:${queue}`, kind: 'queuePaused', subject: queue, since: 5, text: 'so' },
    ...{ state: 'raised', at: 7 },
    ...over,
  };
  await store.changeAlerts([{ id: record.id, expect: null, record }]);
  return record;
}

async function messages(): Promise<[handler: string, type: string, id: string][]> {
  if (!(await store.queues()).includes(OUTWARD_QUEUE)) return [];
  const { items } = await store.list(OUTWARD_QUEUE, 'ready', 1_000);
  return items.map(({ handler, payload }) => {
    const { type, alert } = JSON.parse(payload) as AlertMessage;
    return [handler.slice(ALERT_HANDLER.length), type, alert.id];
  });
}

it('whoever dies before it is written down leaves it to the next, whose message is the same one', async () => {
  await raise('mail');
  const dies = teller(['mine'], {
    changeAlerts: async () => {
      throw new Error('killed');
    },
  });
  await expect(dies.told()).rejects.toThrow('killed');
  const next = teller();
  await next.told();
  await next.told();
  expect(await messages()).toEqual([['mine', 'alert.raised', 'queuePaused:mail']]);
  expect([dies.lines, next.lines]).toEqual([[], ['so']]);
});

it('of two at once one has the line, and there is one message', async () => {
  await raise('mail');
  const [one, two] = [teller(), teller()];
  await Promise.all([one.told(), two.told()]);
  expect(await messages()).toHaveLength(1);
  expect([...one.lines, ...two.lines]).toEqual(['so']);
});

it('one that was over before anybody told of it is told whole, in order, and goes', async () => {
  await raise('mail', { state: 'cleared', goneSince: 9 });
  const { told, lines } = teller();
  await told();
  expect((await messages()).map(([, type]) => type)).toEqual(['alert.raised', 'alert.cleared']);
  expect(lines).toEqual(['so', 'no longer so: so']);
  expect(await store.alerts()).toEqual([]);
});

it('the same trouble again is another message', async () => {
  const first = await raise('mail');
  await teller().told();
  await store.changeAlerts([{ id: first.id, expect: 2, record: null }]);
  await raise('mail', { at: 8 });
  await teller().told();
  expect(await messages()).toHaveLength(2);
});

it('targets of nodes that are present are told, too, and nothing is opened where there are none', async () => {
  await raise('mail');
  await teller([]).told();
  expect(await store.queues()).toEqual([]);
  await store.announce(
    'worker',
    {
      ...{ id: 'w~1', name: 'w', host: 'h', pid: 1, version: '1', startedAt: 1, seenAt: 1 },
      ...{ queues: [OUTWARD_QUEUE], handlers: [`${ALERT_HANDLER}theirs`, 'carillon.ping'] },
    },
    60_000,
  );
  await raise('post');
  await teller(['mine']).told();
  expect((await messages()).map(([name]) => name).sort()).toEqual(['mine', 'theirs']);
});

it('what was only seen is told to nobody', async () => {
  await raise('mail', { state: 'seen' });
  const { told, lines } = teller();
  await told();
  expect([await messages(), lines]).toEqual([[], []]);
});

it('very many of a kind are few lines', async () => {
  for (let i = 0; i < 30; i += 1) await raise(`q${i}`);
  const { told, lines } = teller([]);
  await told();
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe(
    '20 more alerts of the kind queuePaused were raised; `carillon alerts` lists them',
  );
});
