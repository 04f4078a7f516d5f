/** Tasks: none is lost (I7), refused endings leave no trace (I8), failures are counted and bounded (I9). */

import { named, sameWorker } from './check-runs.js';
import {
  type AttemptSeen,
  type Execution,
  grouped,
  type History,
  nameOf,
  type TaskSeen,
  type Violation,
} from './history.js';

const FAILURES = ['failed', 'lost', 'timeout'];
/** ms */
const HELD_UP = 500;
const ENDS: Record<string, string> = { completed: 'ok', failed: 'error' };

export function checkTasks(history: History): Violation[] {
  const runs = grouped(history.executions, ({ id }) => id);
  return [
    ...conservation(history),
    ...[...history.tasks.values()].flatMap((task) =>
      task ? [...counted(task), ...proven(task, runs.get(task.id) ?? [])] : [],
    ),
    ...poison(history),
    ...allowed(history),
    ...refused(history),
  ];
}

function conservation({ creations, executions, tasks }: History): Violation[] {
  const cancelled = new Set(
    creations.flatMap(({ id, cancelledAfter }) => (id && cancelledAfter !== null ? [id] : [])),
  );
  const known = new Set([...creations.flatMap(({ id }) => id ?? []), ...executions.map(({ id }) => id)]);
  return [...known].flatMap((id): Violation[] => {
    const state = tasks.get(id)?.state ?? 'not to be found';
    const over = cancelled.has(id) ? state === 'cancelled' : state === 'completed' || state === 'dead';
    return over ? [] : [{ invariant: 'I7', what: `${id}: it is ${state}` }];
  });
}

/** The record of one task agrees with itself: numbering, failures, and how it ended. */
function counted({ id, state, failures, maxAttempts, attempts }: TaskSeen): Violation[] {
  const problems: string[] = [];
  const failed = attempts.filter(isFailure).length;
  const completed = attempts.filter(({ outcome }) => outcome === 'completed').length;
  if (attempts.some(({ attempt }, i) => attempt <= (attempts[i - 1]?.attempt ?? 0)))
    problems.push(`attempts numbered ${attempts.map(({ attempt }) => attempt).join(', ')}`);
  if (failed !== failures)
    problems.push(
      `${failed} failures counted from ${attempts.map(({ outcome }) => outcome)}, ${failures} told`,
    );
  if (failures > maxAttempts) problems.push(`${failures} failures, ${maxAttempts} allowed`);
  if (state === 'dead' && failures !== maxAttempts) problems.push(`dead after ${failures} of ${maxAttempts}`);
  // What was asked to stop ends cancelled, also where its handler had done its work by then.
  const ends = state === 'completed' || (state === 'cancelled' && completed === 1) ? 1 : 0;
  if (completed !== ends || (ends === 1 && attempts.at(-1)?.outcome !== 'completed'))
    problems.push(`${state}, with outcomes ${attempts.map(({ outcome }) => outcome).join(', ')}`);
  return problems.map((what) => ({ invariant: 'I9', what: `${id}: ${what}` }));
}

/** The last loss of a task that was lost in the company of others does not count, and says so: one of those may be to blame. */
function isFailure({ outcome, error }: AttemptSeen): boolean {
  return FAILURES.includes(outcome) && !error?.message.includes('(not counted: ');
}

/** What is recorded of an attempt is what its handler saw, and every run is recorded, once. */
function proven({ id, attempts }: TaskSeen, runs: readonly Execution[]): Violation[] {
  const violations: Violation[] = [];
  const ordered = runs.toSorted((a, b) => a.startedAt - b.startedAt);
  for (const [i, run] of ordered.entries()) {
    const before = ordered.slice(0, i).map(({ attempt }) => attempt);
    // A process may be stopped between taking up an attempt and the handler's first line.
    const heldUp = run.startedWall - run.takenUpAt >= HELD_UP && !before.includes(run.attempt);
    if (run.attempt <= Math.max(0, ...before) && !heldUp)
      violations.push({ invariant: 'I9', what: `${named(run)}: it began after a later or the same one` });
    if (!attempts.some(({ attempt, worker }) => attempt === run.attempt && sameWorker(run, worker)))
      violations.push({
        invariant: 'I8',
        what: `${named(run)}: it ran on ${run.worker} and is not recorded`,
      });
  }
  for (const { attempt, worker, outcome } of attempts) {
    const end = ENDS[outcome];
    if (end === undefined) continue;
    if (!runs.some((run) => run.attempt === attempt && sameWorker(run, worker) && run.end === end))
      violations.push({
        invariant: 'I8',
        what: `${id} attempt ${attempt}: ${outcome}, but no such run on ${worker}`,
      });
  }
  return violations;
}

/** The policy that was asked for is the one that was applied. */
function allowed({ creations, tasks }: History): Violation[] {
  return creations.flatMap(({ id, maxAttempts }): Violation[] => {
    const task = id === null ? null : tasks.get(id);
    return !task || task.maxAttempts === maxAttempts
      ? []
      : [{ invariant: 'I9', what: `${id}: ${task.maxAttempts} attempts allowed, ${maxAttempts} asked for` }];
  });
}

/** What kills its worker ends dead. */
function poison({ executions, tasks }: History): Violation[] {
  const deadly = new Set(executions.filter(({ end }) => end === 'dies').map(({ id }) => id));
  return [...deadly].flatMap((id): Violation[] => {
    const state = tasks.get(id)?.state;
    return state === 'dead' ? [] : [{ invariant: 'I9', what: `${id}: it kills workers and is ${state}` }];
  });
}

/** An ending is refused because the attempt was lost, and is recorded as lost. */
function refused({ tasks, refusals }: History): Violation[] {
  return [...grouped(refusals, ({ worker, id }) => `${worker} ${id}`).values()].flatMap(
    (same): Violation[] => {
      const { worker, id } = same[0] ?? { worker: '', id: '' };
      const attempts = tasks.get(id)?.attempts ?? [];
      const lost = attempts.filter((one) => nameOf(one.worker) === worker && one.outcome === 'lost');
      return same.length <= lost.length
        ? []
        : [
            {
              invariant: 'I8',
              what: `${id}: an ending of ${worker} was refused, but it did not lose the task`,
            },
          ];
    },
  );
}
