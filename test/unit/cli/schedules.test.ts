/** `carillon schedules show` against an API over the model store. */

import { expect, it } from 'vitest';
import { schedulesCommand } from '../../../src/cli/commands/schedules.js';
import { createOutput } from '../../../src/cli/output.js';
import { apiOnModel } from '../api/support.js';

it('shows the last run with its state and its task, once there is one', async () => {
  const { api, store, put } = apiOnModel();
  const { url } = await api.listen();
  const show = async (): Promise<string[]> => {
    let out = '';
    const stream = { write: (text: string) => (out += text) };
    const surroundings = {
      env: { CARILLON_URL: url },
      directory: '.',
      output: createOutput(stream, stream),
      version: '0',
    };
    await schedulesCommand(surroundings).parseAsync(['show', 'often'], { from: 'user' });
    return out.split('\n').filter((line) => line.startsWith('last'));
  };
  try {
    await put('/v1/schedules/often', { handler: 'a', cron: '*/10 * * * *', timezone: 'Europe/Berlin' });
    expect(await show()).toEqual([]);
    const term = await store.allocateTerm('one', 'lock');
    const row = await store.schedule('often');
    if (!term || row?.cursor == null) throw new Error('nothing to plan');
    await store.takeOffice('default', term);
    const nominal = row.cursor;
    const id = `often@${nominal}`;
    const draft = {
      id,
      handler: 'a',
      priority: 'normal' as const,
      due: nominal,
      createdAt: store.now,
      payload: '',
    };
    const entry = { schedule: 'often', revision: row.schedule.revision, cursor: nominal, missed: [] };
    const next = nominal + 600_000;
    await store.plan('default', term, [{ ...entry, next, occurrences: [{ nominal, draft }] }]);
    store.advance(nominal - store.now);
    await store.cancel('default', id);
    expect(await show()).toEqual([
      `last      2026-01-01T00:10:00.000Z  2026-01-01T01:10:00+01:00  cancelled  ${id}`,
    ]);
  } finally {
    await api.close();
  }
});

it('shows what is expected, and since when it is not kept', async () => {
  const { api, store, put } = apiOnModel();
  const { url } = await api.listen();
  let out = '';
  const stream = { write: (text: string) => (out += text) };
  const output = createOutput(stream, stream);
  try {
    await put('/v1/schedules/often', {
      handler: 'a',
      every: '10m',
      expect: { startWithin: '1m', finishWithin: '2h' },
    });
    store.advance(12 * 60_000);
    const surroundings = { env: { CARILLON_URL: url }, directory: '.', output, version: '0' };
    await schedulesCommand(surroundings).parseAsync(['show', 'often'], { from: 'user' });
    expect(out.split('\n').filter((line) => line.startsWith('expects'))).toEqual([
      'expects   startWithin 1m  missed  since  2026-01-01T00:11:00.000Z',
      'expects   finishWithin 2h  ok',
    ]);
  } finally {
    await api.close();
  }
});

it('lists revisions with what each changed, and shows which runs one added, removed and moved', async () => {
  const { api, store, put } = apiOnModel();
  const { url } = await api.listen();
  const run = async (...words: string[]): Promise<string[]> => {
    let out = '';
    const stream = { write: (text: string) => (out += text) };
    const output = createOutput(stream, stream);
    const surroundings = { env: { CARILLON_URL: url }, directory: '.', output, version: '0' };
    await schedulesCommand(surroundings).parseAsync(['revisions', 'daily', ...words], { from: 'user' });
    return out.trim().split('\n');
  };
  try {
    await put('/v1/schedules/daily', { handler: 'a', cron: '0 3 * * *' });
    store.now += 1_000;
    await put('/v1/schedules/daily', { handler: 'a', cron: ['30 3 * * *', '0 9 * * SUN'] });
    const [, latest = '', first = ''] = await run();
    expect(latest).toMatch(/^\d+ .* cron$/);
    expect(first).toMatch(/ -$/);
    const shown = await run(latest.split(' ')[0] ?? '');
    expect(shown[1]).toBe('  cron: "0 3 * * *" → ["30 3 * * *","0 9 * * SUN"]');
    expect(shown[2]).toMatch(/^8 runs until .*, 7 before it$/);
    expect(shown.filter((line) => line.startsWith('  +'))).toEqual(['  + 2026-01-04T09:00:00.000Z']);
    expect(shown.filter((line) => line.startsWith('  ~'))).toHaveLength(7);
    await expect(run('7')).rejects.toThrow(/no such revision/);
  } finally {
    await api.close();
  }
});
