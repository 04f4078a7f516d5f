/** What `npm start` shows: soon after it began on an empty database, every page has something to tell. */

import { expect, it } from 'vitest';
import type {
  LogLine,
  OperationPage,
  QueueView,
  ScheduleView,
  Stats,
  Task,
  TaskCounts,
} from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { onScene } from '../support/scene.js';

interface Items<Item> {
  items: Item[];
}

const on = onScene();
/** What is seen within half a minute; a machine that does other things besides may take longer to begin. */
const SOON = { within: 60_000, every: 200 };

async function dev(): Promise<{ get<T>(path: string): Promise<T>; stop(): Promise<unknown> }> {
  const started = on.carillon(['dev', '--port', '0']);
  const [, url = ''] = await started.line(/Page and API: (http:\/\/[\d.:]+)/);
  return {
    async get<T>(path: string) {
      const reply = await fetch(url + path);
      if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
      return (await reply.json()) as T;
    },
    stop: () => started.stop('SIGINT'),
  };
}

it('fills strips, groups of dead tasks, alerts, limits and statistics', { timeout: 120_000 }, async () => {
  const { get, stop } = await dev();

  const strips = await eventually(
    () => get<Items<ScheduleView>>('/v1/schedules?runs=60&limit=100'),
    ({ items }) =>
      ['heartbeat', 'import', 'feed', 'audit', 'settlement', 'newsletter'].every(
        (id) => (items.find((one) => one.id === id)?.runs?.length ?? 0) > 0,
      ),
    { ...SOON, what: 'runs of each that runs often' },
  );
  const zones = new Set(strips.items.map(({ timezone }) => timezone));
  for (const zone of ['America/New_York', 'Asia/Tokyo', 'Europe/Berlin']) expect(zones).toContain(zone);
  expect(strips.items.find(({ id }) => id === 'feed-next')).toMatchObject({ state: 'shadow' });

  // An import tells how far it is, and what it did.
  const {
    items: [imported],
  } = await eventually(
    () => get<Items<Task>>('/v1/tasks?schedule=import&state=completed'),
    ({ items }) => items.length > 0,
    { ...SOON, what: 'an import that is done' },
  );
  expect(await get(`/v1/tasks/${imported?.id}`)).toMatchObject({ progress: { rows: 1_000, of: 1_000 } });
  const { items: lines } = await get<Items<LogLine>>(`/v1/tasks/${imported?.id}/logs`);
  expect(lines.map(({ message }) => message)).toContain('without an address');

  // A feed that failed once is well at its second attempt.
  await eventually(
    () => get<Items<Task>>('/v1/tasks?schedule=feed&state=completed'),
    ({ items }) => items.some(({ attempt, failures }) => attempt === 2 && failures === 1),
    SOON,
  );
  const since = new Date(Date.now() - 60_000).toISOString();
  await eventually(
    () => get<Items<{ reason?: string }>>(`/v1/schedules/report/occurrences?from=${since}`),
    ({ items }) => items.some(({ reason }) => reason === 'overlap'),
    { ...SOON, what: 'a report that is skipped behind the one that runs' },
  );
  const groups = await eventually(
    () => get<Items<{ handler: string; message: string }>>('/v1/tasks/errors'),
    ({ items }) => items.length >= 2,
    { ...SOON, what: 'two kinds of dead' },
  );
  expect(new Set(groups.items.map(({ handler }) => handler))).toEqual(new Set(['demo.settlement']));
  await eventually(
    () => get<Items<{ kind: string; subject: string }>>('/v1/alerts'),
    ({ items }) => items.some(({ kind, subject }) => kind === 'expectation' && subject === 'audit'),
    { ...SOON, what: 'an audit that did not end in time' },
  );
  const { settings } = await eventually(
    () => get<QueueView>('/v1/queues/mail'),
    ({ ready }) => ready > 0,
    { ...SOON, what: 'mails that wait behind their limits' },
  );
  expect(Object.keys(settings).sort()).toEqual(['concurrency', 'keyConcurrency', 'rate']);
  // One whose mails have all gone has to wait for the next newsletter.
  await eventually(
    () => get<Items<unknown>>('/v1/queues/mail/keys'),
    ({ items }) => items.length === 3,
    { ...SOON, what: 'mails of three keys' },
  );
  await eventually(
    () => get<Stats>('/v1/stats?schedule=heartbeat'),
    ({ items }) => items.some(({ completed, runMs }) => completed > 0 && runMs.p95 !== null),
    { ...SOON, what: 'statistics' },
  );

  const backfills = () => get<OperationPage>('/v1/operations');
  const done = await eventually(backfills, ({ items }) => items[0]?.state === 'done', {
    ...SOON,
    what: 'the backfill of three minutes',
  });
  expect(done.items).toMatchObject([{ kind: 'backfill', matched: 180, done: 180, failed: 0, by: 'dev' }]);
  const counts = await get<TaskCounts>('/v1/tasks/counts?handler=demo.close');
  expect(counts).toMatchObject({ dead: 0 });
  await stop();

  // What people changed since then, a later start leaves alone.
  const again = await dev();
  await eventually(async () => (await again.get<{ leader: unknown }>('/v1/cluster')).leader, Boolean, SOON);
  await eventually(
    () => again.get<Items<Task>>('/v1/tasks?handler=demo.greet'),
    ({ items }) => items.length === 2,
    SOON,
  );
  expect((await again.get<OperationPage>('/v1/operations')).items.length).toBe(1);
});
