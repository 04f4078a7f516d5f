/** Runs: never early (I3), of tasks somebody asked for (I4), one owner at a time (I8), back-off kept (I9). */

import { type Execution, grouped, type History, nameOf, occurrenceIn, type Violation } from './history.js';

/** Redis and the handlers read one clock, in whole ms. */
const GRAIN = 1;
/** A node's idea of Redis time may be off by its round trips; our own due times are that exact. */
const BLUR = 50;

export function checkRuns(history: History): Violation[] {
  return [...early(history), ...unasked(history), ...shared(history), ...hasty(history)];
}

function early({ executions, creations }: History): Violation[] {
  const due = new Map(creations.map((creation) => [creation.n, creation.due]));
  return executions.flatMap((run): Violation[] => {
    const ours = run.n === null ? run.nominal : (due.get(run.n) ?? 0) - BLUR;
    const earliest = Math.max(run.dueAt, ours ?? 0);
    if (run.startedWall >= earliest - GRAIN) return [];
    return [{ invariant: 'I3', what: `${named(run)}: started ${earliest - run.startedWall} ms early` }];
  });
}

/**
 * A one-off run belongs to one creation, of one id, and no attempt is claimed after its cancellation. One that was claimed
 * before may begin later: its worker may be stopped between the two, and is only asked to stop.
 */
function unasked({ executions, creations }: History): Violation[] {
  const byNumber = new Map(creations.map((creation) => [creation.n, creation]));
  const idOf = new Map(creations.flatMap(({ n, id }) => (id === null ? [] : [[n, id] as const])));
  const violations: Violation[] = [];
  for (const run of executions.filter(({ id }) => !occurrenceIn(id))) {
    const creation = run.n === null ? undefined : byNumber.get(run.n);
    if (!creation || run.n === null) {
      violations.push({ invariant: 'I4', what: `${named(run)}: nobody created it` });
      continue;
    }
    const id = idOf.get(run.n) ?? run.id;
    idOf.set(run.n, id);
    if (id !== run.id)
      violations.push({ invariant: 'I2', what: `${named(run)}: its creation made ${id} too` });
    if (creation.cancelledAfter !== null && run.attempt > creation.cancelledAfter)
      violations.push({ invariant: 'I4', what: `${named(run)}: it ran after it was cancelled` });
  }
  return violations;
}

/** Two runs of a task overlap only when the earlier one's worker had been silent until its lease was over. */
function shared({ executions, workers, leaseMs }: History): Violation[] {
  const lives = new Map(workers.map((life) => [life.name, life]));
  // The last renewal may have come up to a third of the lease before the silence began; the rest is for its journey.
  const silentFor = (leaseMs * 2) / 3 - 100;
  const leaseWasOver = (run: Execution, at: number): boolean =>
    (lives.get(run.worker)?.silences ?? []).some(
      ({ from, to }) => to > run.startedAt && Math.min(to, at) - from >= silentFor,
    );
  const overAt = (run: Execution): number =>
    run.endedAt ?? lives.get(run.worker)?.endedAt ?? Number.POSITIVE_INFINITY;
  return [...grouped(executions, ({ id }) => id).values()].flatMap((runs) => {
    const ordered = runs.toSorted((a, b) => a.startedAt - b.startedAt);
    return ordered.flatMap((run, i) =>
      ordered
        .slice(0, i)
        .filter((before) => overAt(before) > run.startedAt && !leaseWasOver(before, run.startedAt))
        .map(
          (before): Violation => ({
            invariant: 'I8',
            what: `${named(run)} on ${run.worker} began while attempt ${before.attempt} ran on ${before.worker}`,
          }),
        ),
    );
  });
}

/** After a failure, and after the second loss in a row, the next attempt waits for its back-off. */
function hasty({ executions, tasks, retryDelay }: History): Violation[] {
  const runs = new Map(executions.map((run) => [`${run.id}#${run.attempt}`, run]));
  return [...tasks.values()].flatMap((task) =>
    (task?.attempts ?? []).flatMap((ended, i, all): Violation[] => {
      const inARow = ended.outcome === 'lost' && all[i - 1]?.outcome === 'lost';
      const next = all[i + 1];
      const run = next && runs.get(`${task?.id}#${next.attempt}`);
      if (!run || (ended.outcome !== 'failed' && !inARow)) return [];
      const own = runs.get(`${task?.id}#${ended.attempt}`);
      const waited =
        ended.outcome === 'failed' && own?.endedAt
          ? run.startedAt - own.endedAt
          : run.startedWall - Date.parse(ended.finishedAt);
      return waited >= retryDelay - BLUR
        ? []
        : [{ invariant: 'I9', what: `${named(run)}: only ${Math.round(waited)} ms after the failure` }];
    }),
  );
}

export function named({ id, attempt }: Pick<Execution, 'id' | 'attempt'>): string {
  return `${id} attempt ${attempt}`;
}

export function sameWorker(run: Execution, worker: string): boolean {
  return run.worker === nameOf(worker);
}
