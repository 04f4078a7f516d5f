/** `carillon simulate` and `carillon schedules schema`, in real processes. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Processes } from '../support/processes.js';

const processes = new Processes();
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-simulate-'));
  mkdirSync(join(cwd, 'schedules'));
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(cwd, { recursive: true, force: true });
});

const FILE = `version: 1
defaults: { handler: h, timezone: Europe/Berlin }
schedules:
  nightly: { cron: "30 2 * * *", queue: night }
  hourly: { cron: "0 * * * *" }
  spread: { cron: "0 */6 * * *", jitter: 1h }
  few: { every: 1h, maxRuns: 2 }
  off: { every: 1m, enabled: false }
  shade: { every: 1m, enabled: shadow }
  there: { every: 1m, environments: [staging] }
`
  .replace('handler: h, ', '')
  .replaceAll(/(\w+): \{ (cron|every)/g, '$1: { handler: h, $2');

const simulate = (...args: string[]) => processes.run(['simulate', ...args], { cwd });
const DAY = ['--from', '2027-03-28T00:00:00Z', '--to', '2027-03-29T00:00:00Z'];

describe('carillon simulate', () => {
  beforeEach(() => writeFileSync(join(cwd, 'schedules', 'all.yaml'), FILE));

  it('is a timetable as JSON, with load, peaks, totals and changes of the clocks', async () => {
    const { code, stdout, stderr } = await simulate(...DAY, '--json', '--environment', 'production');
    expect([code, stderr]).toEqual([0, '']);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      ...{ from: '2027-03-28T00:00:00.000Z', to: '2027-03-29T00:00:00.000Z' },
      ...{ total: 1 + 24 + 4 + 2, more: 0, step: '1m', disabled: 1, shadow: 1, elsewhere: 1 },
      clockChanges: [
        { at: '2027-03-28T01:00:00.000Z', timezone: 'Europe/Berlin', before: '+01:00', after: '+02:00' },
      ],
    });
    expect(told.items[0]).toEqual({
      ...{ at: '2027-03-28T00:00:00.000Z', nominalAt: '2027-03-28T00:00:00.000Z' },
      ...{ id: 'few', handler: 'h', queue: 'default' },
    });
    expect(told.items.filter(({ id }: { id: string }) => id === 'nightly')).toEqual([
      {
        ...{ at: '2027-03-28T01:30:00.000Z', nominalAt: '2027-03-28T01:30:00.000Z' },
        ...{ id: 'nightly', handler: 'h', queue: 'night', dst: 'gap' },
      },
    ]);
    const at = told.items.map((item: { at: string }) => item.at);
    expect(at).toEqual([...at].sort());
    expect(told.load.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(31);
    expect(told.peaks[0]).toMatchObject({
      at: '2027-03-28T00:00:00.000Z',
      count: 2,
      ids: ['few', 'hourly'],
      more: 0,
    });
    expect(told.schedules[0]).toEqual({
      ...{ id: 'hourly', runs: 24 },
      ...{ first: '2027-03-28T00:00:00.000Z', last: '2027-03-28T23:00:00.000Z' },
    });
  });

  it('is a table, a plot, peaks and totals for people, and says how much more there is', async () => {
    const { code, stdout } = await simulate(...DAY, '--environment', 'production', '--limit', '4');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^at +schedule +handler +queue$/);
    expect(lines.slice(1, 6)).toEqual([
      expect.stringMatching(/^2027-03-28T00:00:00\.000Z +few /),
      expect.stringMatching(/^2027-03-28T00:00:00\.000Z +hourly /),
      expect.stringMatching(/^2027-03-28T01:00:00\.000Z +few /),
      expect.stringMatching(/^2027-03-28T01:00:00\.000Z +hourly /),
      'and 27 more (--limit)',
    ]);
    expect(stdout).toContain('the clocks change in Europe/Berlin: +01:00 → +02:00');
    expect(stdout).toMatch(/^2 │.*█/m);
    expect(stdout).toMatch(/^nightly +1 +2027-03-28T01:30:00\.000Z +2027-03-28T01:30:00\.000Z$/m);
    expect(stdout).toMatch(
      /\n31 starts of 4 schedules in 1d from \S+; left out: 1 disabled, 1 in the shadow, 1 for other environments\n$/,
    );
    const plot = lines.filter((line) => /[│└]/.test(line));
    expect(plot).toHaveLength(3);
    for (const line of plot) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('begins now and ends a day later, and takes durations', async () => {
    const asked = Date.now();
    const usual = JSON.parse((await simulate('--json')).stdout);
    expect(Date.parse(usual.from)).toBeGreaterThanOrEqual(asked);
    expect(Date.parse(usual.to) - Date.parse(usual.from)).toBe(86_400_000);
    const later = JSON.parse((await simulate('--json', '--from', '7d', '--to', '90m')).stdout);
    expect(Date.parse(later.from)).toBeGreaterThanOrEqual(asked + 7 * 86_400_000);
    expect(Date.parse(later.to) - Date.parse(later.from)).toBe(5_400_000);
  });

  it.each([
    [['--from', '2027-03-28'], 2, 'write "2027-03-28T00:00:00Z"'],
    [['--to', '2020-01-01T00:00:00Z'], 2, '--to must be later than --from'],
    [['--step', '1 minute'], 2, '--step must be a duration of at least 1s'],
    [['--limit', 'all'], 2, '--limit must be a whole number'],
    [['--schedules', 'nowhere'], 2, 'There is no directory nowhere'],
  ])('refuses %s', async (args, exit, words) => {
    const { code, stderr, stdout } = await simulate(...args);
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).toContain(words);
  });

  it('tells what is wrong with the files', async () => {
    writeFileSync(
      join(cwd, 'schedules', 'bad.yaml'),
      'version: 1\nschedules: { a: { hander: x, every: 5s } }\n',
    );
    const { code, stderr } = await simulate();
    expect(code).toBe(2);
    expect(stderr).toContain('schedules/bad.yaml:2:19: schedules.a.hander: is not a known key');
  });
});

it('carillon schedules schema prints the schema that comes with the package', async () => {
  const { code, stdout } = await processes.run(['schedules', 'schema'], { cwd });
  expect(code).toBe(0);
  const schema = readFileSync(new URL('../../schedules/schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(stdout)).toEqual(JSON.parse(schema));
});
