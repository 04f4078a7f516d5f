/** The list of schedules: filters as a bounded scan, pages by id, and a command that follows them. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schedulesCommand } from '../../../src/cli/commands/schedules.js';
import { createOutput } from '../../../src/cli/output.js';
import { listSchedules } from '../../../src/schedules/list.js';
import type { ScheduleRow } from '../../../src/store/contract/index.js';
import { type ApiOnModel, apiOnModel } from '../api/support.js';

describe('GET /v1/schedules', () => {
  let on: ApiOnModel;
  beforeEach(() => {
    on = apiOnModel();
  });
  afterEach(() => on.api.close());

  const ids = async (query: string): Promise<string[]> => {
    const { items } = (await on.get(`/v1/schedules?${query}`)).json();
    return items.map(({ id }: { id: string }) => id);
  };
  const put = (id: string, more: object = {}) =>
    on.put(`/v1/schedules/${id}`, { handler: 'a', cron: '0 9 * * *', ...more });

  it('narrows by text, state, label, queue, handler and set, one or several', async () => {
    await put('nightly', { description: 'Close the DAY', labels: { tier: 'gold', team: 'x' } });
    await put('hourly', { handler: 'mail', queue: 'mail', labels: { tier: 'gold' } });
    await put('stopped', { enabled: false });
    await put('over', { cron: undefined, at: '2020-01-01T00:00:00Z' });
    await put('waits');
    await on.post('/v1/schedules/waits/pause', {});
    expect(await ids('q=close%20the')).toEqual(['nightly']);
    expect(await ids('q=NIGHT')).toEqual(['nightly']);
    expect(await ids('q=gold')).toEqual(['hourly', 'nightly']);
    expect(await ids('label=tier%3Dgold&label=team%3Dx')).toEqual(['nightly']);
    expect(await ids('queue=mail')).toEqual(['hourly']);
    expect(await ids('handler=mail')).toEqual(['hourly']);
    expect(await ids('set=api')).toHaveLength(5);
    expect(await ids('set=files')).toEqual([]);
    expect(await ids('state=disabled')).toEqual(['stopped']);
    expect(await ids('state=paused')).toEqual(['waits']);
    expect(await ids('state=finished')).toEqual(['over']);
    expect(await ids('state=enabled&label=tier%3Dgold&limit=1')).toEqual(['hourly']);
  });

  it.each([
    'state=running',
    'label=x',
    'queue=A',
    'handler=a%20b',
    'set=A',
    'limit=0',
    'cursor=x',
    'cursor=QQ',
    'p=1',
  ])('refuses %s', async (query) => {
    expect((await on.get(`/v1/schedules?${query}`)).statusCode).toBe(422);
  });

  it('the command shows all of them, page after page, or one page', async () => {
    const { url } = await on.api.listen();
    for (let n = 0; n < 450; n += 1) await put(`s${String(n).padStart(3, '0')}`);
    const list = async (...flags: string[]) => {
      let out = '';
      let said = '';
      const output = createOutput({ write: (text) => (out += text) }, { write: (text) => (said += text) });
      const surroundings = { env: { CARILLON_URL: url }, directory: '.', output, version: '0' };
      await schedulesCommand(surroundings).parseAsync(['list', ...flags], { from: 'user' });
      return { out, said };
    };
    const all = JSON.parse((await list('--json')).out);
    expect(all.items).toHaveLength(450);
    expect(all.nextCursor).toBeNull();
    const page = await list('--limit', '10', '--handler', 'a');
    expect(page.out.trim().split('\n')).toHaveLength(11);
    expect(page.said).toMatch(/more: --cursor /);
  });
});

it('looks at 5000 schedules for a page at most, and goes on where it stood', async () => {
  const rows = Array.from({ length: 7_000 }, (_, n) => {
    const id = `s${String(n).padStart(4, '0')}`;
    const definition = { id, handler: n === 6_000 ? 'rare' : 'common', labels: {} };
    return { schedule: { definition }, cursor: null, runs: 0 } as unknown as ScheduleRow;
  });
  let read = 0;
  const store = {
    async schedulesFrom(after: string, limit: number) {
      const some = rows.filter(({ schedule }) => schedule.definition.id > after);
      read += Math.min(limit, some.length);
      const next = some.length > limit ? (some[limit - 1]?.schedule.definition.id ?? null) : null;
      return { rows: some.slice(0, limit), next };
    },
  };
  const show = async (shown: readonly ScheduleRow[]) =>
    shown.map(({ schedule }) => ({ id: schedule.definition.id, state: 'enabled' }));
  const first = await listSchedules(store, { handler: 'rare', limit: 5 }, show);
  expect(first).toEqual({ items: [], nextCursor: expect.any(String), scanned: 5_000 });
  expect(read).toBe(5_000);
  const cursor = Buffer.from(first.nextCursor ?? '', 'base64url').toString('utf8');
  const second = await listSchedules(store, { handler: 'rare', limit: 5, cursor }, show);
  expect(second).toEqual({ items: [{ id: 's6000', state: 'enabled' }], nextCursor: null, scanned: 2_000 });
});
