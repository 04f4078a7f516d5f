/** Files edited at any moment while their schedule fires every second: payload, queue, zone, retries and id, one after the other. */

import { mkdirSync, renameSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createDice } from '../fault/dice.js';
import { eventually } from '../support/eventually.js';
import { onScene } from '../support/scene.js';

const SEED = Number(process.env['EDITS_SEED'] ?? Date.now() % 1_000_000);
const EDITS = 25;
const scene = onScene();

const HANDLERS = `import { appendFileSync } from 'node:fs';
export default {
  note: ({ n }, { task, schedule }) =>
    appendFileSync(process.env.NOTES, JSON.stringify([Date.parse(schedule.nominalAt), n, task.id, task.queue]) + '\\n'),
};
`;

type Note = [nominal: number, n: number, id: string, queue: string];

it('each second runs once, none is lost or doubled, and no run goes back to an earlier edit', {
  timeout: 180_000,
}, async () => {
  const dice = createDice(SEED);
  console.log(`edits with seed ${SEED}`);
  mkdirSync(scene.path('schedules'));
  scene.write('handlers.mjs', HANDLERS);
  const state = { id: 'tick-0', formerly: undefined as string | undefined, n: 0 };
  const form = { queue: 'one', timezone: 'UTC', retry: { maxAttempts: 3 }, description: 'the first' };
  const save = (): void => {
    const { id, formerly, n } = state;
    const tick = { handler: 'note', cron: '* * * * * *', overlap: 'allow', payload: { n }, ...form };
    const schedules = { [id]: { ...tick, ...(formerly === undefined ? {} : { formerly }) } };
    scene.write('draft', JSON.stringify({ version: 1, schedules }));
    renameSync(scene.path('draft'), scene.path('schedules', 'all.json'));
  };
  const edits: (() => void)[] = [
    () => Object.assign(form, { queue: form.queue === 'one' ? 'two' : 'one' }),
    () =>
      Object.assign(form, {
        timezone: dice.one(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns']),
      }),
    () => Object.assign(form, { retry: { maxAttempts: dice.between(1, 9) } }),
    () => Object.assign(form, { description: `edit ${state.n}` }),
    () => Object.assign(state, { formerly: state.id, id: `tick-${state.n}` }),
  ];
  save();
  const env = { NOTES: scene.path('notes'), CARILLON_LEADER_TTL: '1s' };
  for (const name of ['a', 'b'])
    scene.carillon(['start', '--port', '0', '--name', name, '--schedules', scene.path('schedules')], env);
  scene.carillon(['worker', scene.path('handlers.mjs'), '--queues', 'one,two'], env);
  const notes = (): Note[] => scene.lines('notes').map((line) => JSON.parse(line) as Note);
  const seen = (n: number, runs: number) =>
    eventually(
      () => notes().filter((note) => note[1] === n).length,
      (count) => count >= runs,
      { within: 60_000, what: `${runs} runs of edit ${n}` },
    );
  await seen(0, 2);
  for (let edit = 1; edit <= EDITS; edit += 1) {
    await new Promise((done) => setTimeout(done, dice.between(50, 1_300)));
    state.n = edit;
    (dice.one(edits) ?? save)();
    save();
    // Files that name a former id which never was in force would begin anew.
    if (state.formerly !== undefined && state.id === `tick-${edit}`) await seen(edit, 1);
  }
  await seen(EDITS, 3);

  const all = notes().sort((one, other) => one[0] - other[0]);
  const first = all[0]?.[0] ?? 0;
  expect(all.map(([nominal]) => nominal)).toEqual(all.map((_, i) => first + i * 1_000));
  expect(all.map(([, n]) => n)).toEqual(all.map(([, n]) => n).toSorted((one, other) => one - other));
  // It went through both queues, and through several ids.
  expect(new Set(all.map(([, , , queue]) => queue)).size).toBe(2);
  expect(new Set(all.map(([, , id]) => id.split('@')[0])).size).toBeGreaterThan(1);
  const { items } = await scene.client.schedules.list();
  expect(items.map(({ id }) => id)).toEqual([state.id]);
});
