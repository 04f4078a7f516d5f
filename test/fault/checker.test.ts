/** The checker can fail: each promise is broken once in a history that is otherwise sound. */

import { describe, expect, it } from 'vitest';
import { errorOfLoss } from '../../src/domain/task/reap.js';
import { instants } from './calendar.js';
import { check } from './checker.js';
import type { Execution, TaskSeen } from './history.js';
import { HOUR, run, type Sound, sound, task } from './sound-history.js';

type Breach = (history: Sound) => void;

const NOT_COUNTED = { next: { to: 'retry', due: 0 }, failure: false } as const;
const [AT_8, AT_20] = [8_000, 20_000].map((at) => new Date(HOUR + at).toISOString()) as [string, string];

const schedule = ({ schedules: [only] }: Sound) => {
  if (!only?.fates) throw new Error('the history has one schedule');
  return { ...only, fates: only.fates };
};
const record = ({ tasks }: Sound, id: string): TaskSeen => {
  const found = tasks.get(id);
  if (!found) throw new Error(`the history has no ${id}`);
  return found;
};
const execution = ({ executions }: Sound, id: string, attempt: number): Execution => {
  const found = executions.find((one) => one.id === id && one.attempt === attempt);
  if (!found) throw new Error(`the history has no ${id} attempt ${attempt}`);
  return found;
};
const second = (n: number): string => `s@${HOUR + n * 1_000}`;

const BREACHES: [string, string, Breach][] = [
  ['I1', 'an instant without a fate', (h) => schedule(h).fates.splice(1, 1)],
  ['I1', 'an instant called missed', (h) => Object.assign(schedule(h).fates[1] ?? {}, { fate: 'missed' })],
  [
    'I1',
    'an instant with two fates',
    (h) => schedule(h).missed.push({ from: HOUR + 2_000, to: HOUR + 2_500 }),
  ],
  [
    'I1',
    'an instant written twice',
    (h) => schedule(h).fates.push({ nominal: HOUR + 7_000, fate: 'planned' }),
  ],
  ['I1', 'a planned instant without a task', (h) => h.tasks.set(second(2), null)],
  [
    'I1',
    'a planned instant whose task never ended',
    (h) => Object.assign(record(h, second(2)), { state: 'ready' }),
  ],
  [
    'I1',
    'a deleted schedule one of whose tasks is gone',
    (h) => {
      Object.assign(h.schedules[0] ?? {}, { fates: null });
      h.tasks.set(second(2), null);
    },
  ],
  [
    'I2',
    'two tasks for one instant',
    (h) => h.tasks.set(`${second(2)}!x`, task(`${second(2)}!x`, 'completed', [])),
  ],
  [
    'I2',
    'a task of another name run for an instant',
    (h) => h.executions.push(run(`${second(2)}+b`, 1, 'w2', 2_500)),
  ],
  ['I2', 'two tasks made by one creation', (h) => h.executions.push(run('1-9', 1, 'w1', 950, { n: 1 }))],
  [
    'I2',
    'two tasks made by one creation nobody acknowledged',
    (h) => h.executions.push(run('1-9', 1, 'w1', 950, { n: 5 })),
  ],
  [
    'I3',
    'a run before its nominal time',
    (h) => Object.assign(execution(h, second(3), 1), { startedWall: HOUR + 2_990, dueAt: HOUR }),
  ],
  [
    'I3',
    'a run before the due time it was told',
    (h) => Object.assign(execution(h, '1-1', 1), { dueAt: HOUR + 60 }),
  ],
  [
    'I3',
    'a run before the delay that was asked for',
    (h) => Object.assign(h.creations[1] ?? {}, { due: HOUR + 900 }),
  ],
  ['I4', 'a run off the calendar', (h) => h.executions.push(run(`s@${HOUR + 2_300}`, 1, 'w1', 2_400))],
  ['I4', 'a run of an instant in the pause', (h) => h.executions.push(run(second(5), 1, 'w1', 5_010))],
  ['I4', 'a run of an instant before the creation', (h) => h.executions.push(run(second(0), 1, 'w1', 10))],
  ['I4', 'a run of an unknown schedule', (h) => h.executions.push(run(`t@${HOUR}`, 1, 'w1', 10))],
  [
    'I4',
    'a run told another nominal time',
    (h) => Object.assign(execution(h, second(3), 1), { nominal: HOUR + 2_000 }),
  ],
  ['I4', 'a fate in the pause', (h) => schedule(h).fates.push({ nominal: HOUR + 5_000, fate: 'planned' })],
  ['I4', 'a run nobody asked for', (h) => h.executions.push(run('1-77', 1, 'w1', 10))],
  ['I4', 'a run after the cancellation', (h) => h.executions.push(run('1-3', 1, 'w1', 450))],
  [
    'I4',
    'another attempt after the cancellation',
    (h) => {
      h.executions.push(run('1-6', 2, 'w1', 750));
      h.tasks.set('1-6', task('1-6', 'cancelled', ['failed w1', 'completed w1']));
    },
  ],
  ['I6', 'a leader of an earlier term seen again', (h) => h.terms.push(11)],
  ['I6', 'a write of an earlier term', (h) => h.leaderWrites.push({ partition: 'b', term: 10 })],
  ['I7', 'an acknowledged task that cannot be found', (h) => h.tasks.set('1-1', null)],
  [
    'I7',
    'an acknowledged task that never ended',
    (h) => Object.assign(record(h, '1-1'), { state: 'retrying' }),
  ],
  ['I7', 'a task that ran, unacknowledged, and is gone', (h) => h.tasks.delete('1-5')],
  ['I7', 'a cancelled task that completed', (h) => Object.assign(record(h, '1-3'), { state: 'completed' })],
  ['I7', 'a task cancelled by nobody', (h) => Object.assign(record(h, '1-1'), { state: 'cancelled' })],
  ['I8', 'a second owner while the first one works', (h) => h.workers[1]?.silences.splice(0)],
  [
    'I8',
    'a second owner before the lease is over',
    (h) => Object.assign(h.workers[1]?.silences[0] ?? {}, { from: 2_000 }),
  ],
  [
    'I8',
    'a second owner although the silence was short',
    (h) => Object.assign(h.workers[1]?.silences[0] ?? {}, { to: 1_500 }),
  ],
  [
    'I8',
    'a second owner while the first one never ends',
    (h) => {
      Object.assign(execution(h, '1-2', 1), { endedAt: null, end: null });
      h.workers[1]?.silences.splice(0);
      h.refusals.splice(0);
    },
  ],
  [
    'I8',
    'the refused ending recorded',
    (h) => Object.assign(record(h, '1-2').attempts[0] ?? {}, { outcome: 'completed' }),
  ],
  ['I8', 'an ending refused that was recorded', (h) => h.refusals.push({ worker: 'w1', id: '1-2' })],
  [
    'I8',
    'a completion on a worker that did not run it',
    (h) => Object.assign(record(h, '1-5').attempts[0] ?? {}, { worker: 'w2~x' }),
  ],
  ['I8', 'a completion of a run that failed', (h) => Object.assign(execution(h, '1-5', 1), { end: 'error' })],
  ['I8', 'a run that is not recorded', (h) => h.executions.push(run('1-5', 2, 'w2', 4_000))],
  ['I9', 'one attempt run twice', (h) => h.executions.push(run('1-5', 1, 'w1', 4_000))],
  ['I9', 'attempts numbered twice', (h) => Object.assign(record(h, '1-1').attempts[1] ?? {}, { attempt: 1 })],
  [
    'I9',
    'a later attempt that began before an earlier one',
    (h) => Object.assign(execution(h, '1-1', 2), { startedAt: 20, endedAt: 40 }),
  ],
  ['I9', 'failures not counted', (h) => Object.assign(record(h, '1-2'), { failures: 0 })],
  [
    'I9',
    'more failures than allowed',
    (h) => {
      h.tasks.set('1-4', task('1-4', 'dead', ['lost w3', 'lost w4', 'lost w5', 'lost w1']));
    },
  ],
  ['I9', 'dead too soon', (h) => Object.assign(record(h, '1-4'), { maxAttempts: 4 })],
  [
    'I9',
    'completed twice',
    (h) =>
      record(h, '1-5').attempts.push({
        ...{ attempt: 2, worker: 'w1~x', outcome: 'completed', finishedAt: '' },
      }),
  ],
  [
    'I9',
    'a killer of workers that completed',
    (h) => {
      Object.assign(execution(h, '1-1', 1), { end: 'dies' });
    },
  ],
  ['I9', 'no back-off after a failure', (h) => Object.assign(execution(h, '1-1', 2), { startedAt: 300 })],
  [
    'I9',
    'no back-off after the second loss',
    (h) => Object.assign(execution(h, '1-4', 3), { startedWall: HOUR + 5_100 }),
  ],
  [
    'I9',
    'other attempts allowed than asked for',
    (h) => Object.assign(h.creations[3] ?? {}, { maxAttempts: 5 }),
  ],
  ['I15', 'a process that died of itself', (h) => h.strangeEnds.push({ name: 'n1', how: 'code 1' })],
];

describe('the checker', () => {
  it('finds nothing in a sound history', () => {
    expect(check(sound())).toEqual([]);
  });

  it.each(BREACHES)('%s: finds %s', (invariant, _, breach) => {
    const history = sound();
    breach(history);
    expect(check(history).map((violation) => violation.invariant)).toContain(invariant);
  });
});

describe('an attempt that begins after a later one', () => {
  it('is excused when its worker was stopped after taking it up', () => {
    const history = sound();
    Object.assign(execution(history, '1-2', 1), { startedAt: 5_010, startedWall: HOUR + 5_010 });
    expect(check(history)).toEqual([]);
  });
});

describe('a loss that is not counted', () => {
  it('is one that says so: others that were lost before were lost with it', () => {
    const history = sound();
    const { attempts, ...rest } = record(history, '1-4');
    const error = { message: errorOfLoss({ failures: 2, lossesBefore: 2 }, NOT_COUNTED).message };
    const third = { ...attempts[2], attempt: 3, worker: 'w5~x', outcome: 'lost', finishedAt: AT_8, error };
    const fourth = { attempt: 4, worker: 'w6~x', outcome: 'lost', finishedAt: AT_20 };
    history.tasks.set('1-4', { ...rest, attempts: [...attempts.slice(0, 2), third, fourth] });
    history.executions.push(run('1-4', 4, 'w6', 15_000, { endedAt: 15_001, end: 'dies' }));
    history.workers.push({ name: 'w6', endedAt: 15_001, silences: [] });
    expect(check(history)).toEqual([]);
    Object.assign(third, { error: undefined });
    expect(check(history).map(({ invariant }) => invariant)).toContain('I9');
  });
});

describe('its calendar', () => {
  it('counts from the epoch, the first instant excluded and the last one included', () => {
    expect(instants({ every: 2_000 }, 2_000, 6_000)).toEqual([4_000, 6_000]);
    expect(instants({ seconds: [7, 59] }, 0, 70_000)).toEqual([7_000, 59_000, 67_000]);
    expect(instants({ at: 5_500 }, 5_499, 5_500)).toEqual([5_500]);
    expect(instants({ at: 5_500 }, 5_500, 9_000)).toEqual([]);
  });
});
