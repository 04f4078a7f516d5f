/** A history made by hand in which every promise is kept, for tests that break one of them. */

import type { Creation, Execution, History, TaskSeen } from './history.js';

/** Its tasks can be exchanged. */
export type Sound = History & { tasks: Map<string, TaskSeen | null> };

export const HOUR = Date.parse('2026-03-01T12:00:00Z');
const LEASE = 2_000;
const DELAY = 500;

function creation(n: number, changes: Partial<Creation> = {}): Creation {
  const plain = { n, id: `1-${n}`, handler: 'tick', due: HOUR, maxAttempts: 3, cancelledAfter: null };
  return { ...plain, ...changes };
}

/** One that starts `at` ms into the run and takes 100 ms; monotonic and wall time begin together. */
export function run(
  id: string,
  attempt: number,
  worker: string,
  at: number,
  changes: Partial<Execution> = {},
): Execution {
  const [, nominal] = /@(\d+)/.exec(id) ?? [];
  return {
    ...{
      id,
      attempt,
      worker,
      startedAt: at,
      startedWall: HOUR + at,
      takenUpAt: HOUR + at,
      endedAt: at + 100,
      end: 'ok',
    },
    ...{ n: nominal === undefined ? Number(id.split('-')[1]) : null },
    ...{ nominal: nominal === undefined ? null : Number(nominal), dueAt: Number(nominal ?? HOUR) },
    ...changes,
  };
}

/** Its history: `outcome worker` for each attempt, the last one ending `at`. */
export function task(
  id: string,
  state: string,
  outcomes: string[],
  changes: Partial<TaskSeen> = {},
): TaskSeen {
  const attempts = outcomes.map((text, i) => {
    const [outcome = '', worker = '', at = '0'] = text.split(' ');
    return {
      attempt: i + 1,
      worker: `${worker}~x`,
      outcome,
      finishedAt: new Date(HOUR + Number(at)).toISOString(),
    };
  });
  const failures = outcomes.filter((text) => /^(failed|lost)/.test(text)).length;
  return { id, state, failures, maxAttempts: 3, attempts, ...changes };
}

/**
 * A schedule that fired at seconds 1, 2, 3, rested, and fired at 7. Task 1 failed once; 2 was lost by a stopped worker
 * whose ending was refused; 3 was cancelled; 6 was asked to
 * stop before its handler's first line; 4 killed three workers; whether 5 was created nobody knew.
 */
export function sound(): Sound {
  const fired = [1, 2, 3, 7].map((second) => HOUR + second * 1_000);
  const ticks = fired.map((nominal) => `s@${nominal}`);
  const tasks = [
    ...ticks.map((id) => task(id, 'completed', ['completed w1'])),
    task('1-1', 'completed', ['failed w1', 'completed w2']),
    task('1-2', 'completed', ['lost w2 3000', 'completed w1']),
    task('1-3', 'cancelled', []),
    task('1-4', 'dead', ['lost w3 2500', 'lost w4 5000', 'lost w5 8000']),
    task('1-5', 'completed', ['completed w1']),
    task('1-6', 'cancelled', ['completed w1']),
  ];
  return {
    leaseMs: LEASE,
    retryDelay: DELAY,
    schedules: [
      {
        id: 's',
        calendar: { every: 1_000 },
        live: [
          {
            from: { asked: HOUR + 500, acked: HOUR + 600 },
            to: { asked: HOUR + 3_400, acked: HOUR + 3_500 },
          },
          {
            from: { asked: HOUR + 6_400, acked: HOUR + 6_500 },
            to: { asked: HOUR + 7_500, acked: HOUR + 7_600 },
          },
        ],
        fates: fired.map((nominal) => ({ nominal, fate: 'planned' })),
        missed: [],
      },
    ],
    creations: [
      creation(1),
      creation(2),
      creation(3, { cancelledAfter: 0 }),
      creation(4),
      creation(5, { id: null }),
      creation(6, { cancelledAfter: 1 }),
    ],
    executions: [
      ...ticks.map((id, i) => run(id, 1, 'w1', (fired[i] ?? 0) - HOUR + 5)),
      run('1-1', 1, 'w1', 50, { end: 'error' }),
      run('1-1', 2, 'w2', 700),
      run('1-2', 1, 'w2', 800, { endedAt: 5_100 }),
      run('1-2', 2, 'w1', 3_050, { endedAt: 4_000 }),
      run('1-4', 1, 'w3', 60, { endedAt: 61, end: 'dies' }),
      run('1-4', 2, 'w4', 2_510, { endedAt: 2_511, end: 'dies' }),
      run('1-4', 3, 'w5', 5_600, { endedAt: 5_601, end: 'dies' }),
      run('1-5', 1, 'w1', 90),
      run('1-6', 1, 'w1', 95),
    ],
    tasks: new Map(tasks.map((one) => [one.id, one])),
    workers: [
      { name: 'w1', endedAt: null, silences: [] },
      { name: 'w2', endedAt: null, silences: [{ from: 900, to: 5_000 }] },
      ...['w3', 'w4', 'w5'].map((name, i) => ({ name, endedAt: 100 + 2_500 * i, silences: [] })),
    ],
    refusals: [{ worker: 'w2', id: '1-2' }],
    terms: [10, 11, 13],
    leaderWrites: [
      { partition: 'a', term: 10 },
      { partition: 'b', term: 13 },
      { partition: 'a', term: 13 },
    ],
    strangeEnds: [],
  };
}
