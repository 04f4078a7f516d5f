/** `carillon schedules pause | resume | skip | backfill` and `carillon operations`, against an API over the model store. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { operationsCommand } from '../../../src/cli/commands/operations.js';
import { schedulesCommand } from '../../../src/cli/commands/schedules.js';
import { createOutput } from '../../../src/cli/output.js';
import { eventually } from '../../support/eventually.js';
import { type ApiOnModel, apiOnModel } from '../api/support.js';

let on: ApiOnModel;
let url: string;
beforeEach(async () => {
  on = apiOnModel();
  ({ url } = await on.api.listen());
  for (const [id, tier] of Object.entries({ a: 'gold', b: 'gold', c: 'tin' })) {
    await on.put(`/v1/schedules/${id}`, { handler: 'h', every: '1m', labels: { tier } });
  }
});
afterEach(() => on.api.close());

async function run(make: typeof schedulesCommand, ...args: string[]): Promise<string> {
  let out = '';
  const stream = { write: (text: string) => (out += text) };
  const env = { CARILLON_URL: url, USER: 'ann' };
  const surroundings = { env, directory: '.', output: createOutput(stream, stream), version: '0' };
  await make(surroundings).parseAsync(args, { from: 'user' });
  return out;
}
const schedules = (...args: string[]) => run(schedulesCommand, ...args);
const operations = (...args: string[]) => run(operationsCommand, ...args);
const at = (ms: number) => new Date(ms).toISOString();

it('pauses one until a time with a reason, signed by who is at the keyboard, and resumes it', async () => {
  const { now } = on.store;
  const shown = await schedules('pause', 'a', '--until', '2h', '--reason', 'works');
  expect(shown).toMatch(/state +paused/);
  expect(shown).toContain(`${at(now)}  by ann  until  ${at(now + 7_200_000)}  works`);
  expect(await schedules('resume', 'a')).toMatch(/state +enabled/);
});

it('pauses and resumes all with a label, when they are as many as was said', async () => {
  expect(await schedules('pause', '--label', 'tier=gold', '--reason', 'works')).toBe('paused 2 of 2\n');
  expect((await on.get('/v1/schedules/b')).json()).toMatchObject({ state: 'paused', pausedBy: 'ann' });
  expect(await schedules('pause', '--label', 'tier=gold')).toBe('paused 0 of 2\n');
  await expect(schedules('resume', '--label', 'tier=gold', '--count', '1')).rejects.toMatchObject({
    exit: 4,
  });
  expect(await schedules('resume', '--label', 'tier=gold')).toBe('resumed 2 of 2\n');
  await expect(schedules('pause', '--label', 'tier=none')).rejects.toMatchObject({ exit: 3 });
  await expect(schedules('pause')).rejects.toMatchObject({ exit: 2 });
  await expect(schedules('pause', 'a', '--label', 'tier=gold')).rejects.toMatchObject({ exit: 2 });
});

it('skips, and refuses what is no number', async () => {
  const shown = JSON.parse(await schedules('skip', 'a', '--count', '2', '--json'));
  expect(shown.nextRuns[0]).toBe(at(on.store.now + 180_000));
  await expect(schedules('skip', 'a', '--count', 'two')).rejects.toMatchObject({ exit: 2 });
  await expect(schedules('skip', 'nobody')).rejects.toMatchObject({ exit: 3 });
});

it('triggers a run with a payload of its own, and says what stands in its way', async () => {
  const id = (await schedules('trigger', 'a', '--payload', '{"b":2}')).split('\n')[0] ?? '';
  expect((await on.get(`/v1/tasks/${encodeURIComponent(id)}`)).json()).toMatchObject({
    payload: { b: 2 },
    schedule: { id: 'a', kind: 'trigger' },
  });
  await on.store.promote('default', 10);
  await expect(schedules('trigger', 'a')).rejects.toMatchObject({ exit: 4 });
  await expect(schedules('trigger', 'a', '--overlap', 'never')).rejects.toMatchObject({ exit: 2 });
  await expect(schedules('trigger', 'nobody')).rejects.toMatchObject({ exit: 3 });
  const waiting = schedules('trigger', 'a', '--overlap', 'allow', '--wait', '--json');
  const cancelled = await eventually(async () => {
    const ids = (await on.get('/v1/tasks?schedule=a')).json().items.map((one: { id: string }) => one.id);
    return ids.find((one: string) => one !== id);
  });
  await on.post(`/v1/tasks/${encodeURIComponent(cancelled)}/cancel`, { reason: 'no' });
  await expect(waiting).rejects.toThrow('The run is cancelled: no');
});

it('previews a backfill, begins it, and shows and aborts the operation', async () => {
  const range = ['--from', at(on.store.now - 300_000), '--to', at(on.store.now)];
  expect(await schedules('backfill', 'a', ...range, '--dry-run')).toMatch(/^5 runs would be created\n/);
  expect(await operations('list')).toBe('No operations.\n');
  const begun = JSON.parse(
    await schedules('backfill', 'a', ...range, '--per-minute', '60', '--rerun', '--json'),
  );
  expect(begun).toMatchObject({ matched: 5, perMinute: 60, by: 'ann', filter: { rerun: true } });
  expect(await operations('list', '--state', 'running')).toContain(begun.id);
  expect(await operations('show', begun.id)).toMatch(/done +0 of 5/);
  expect(await operations('abort', begun.id, '--reason', 'no')).toMatch(/problem +aborted: no/);
  await expect(operations('show', 'nobody')).rejects.toMatchObject({ exit: 3 });
  await expect(schedules('backfill', 'a')).rejects.toMatchObject({ exit: 2 });
});
