/** The next run and the last one of a schedule, in a cell each. */

import { taskPlace } from '../../core/places.js';
import { LATE } from '../../core/run-bars.js';
import type { ScheduleView } from '../../core/types.js';
import { length } from '../../core/words.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';

export function NextRun({ schedule }: { schedule: ScheduleView }) {
  const { nextRuns, nextDueAt, timezone, fault, finishedReason, state, paused } = schedule;
  const at = nextDueAt?.[0] ?? nextRuns[0];
  if (paused) {
    return (
      <span class="two-lines" title={paused.reason}>
        {paused.until ? (
          <span>
            goes on <Time at={paused.until} />
          </span>
        ) : (
          <span class="quiet">until it is resumed</span>
        )}
        {paused.reason && <small>{paused.reason}</small>}
      </span>
    );
  }
  if (!at) return <span class="quiet">{fault ? 'none: faulty' : (finishedReason ?? `none: ${state}`)}</span>;
  return (
    <span class="two-lines">
      <Time at={at} zone={timezone} />
      <small>
        <Time at={at} zone={timezone} as="clock" />
      </small>
    </span>
  );
}

export function LastRun({ schedule }: { schedule: ScheduleView }) {
  const { lastRun, runs, timezone } = schedule;
  if (!lastRun) return <span class="quiet">–</span>;
  const latest = runs?.find(({ taskId }) => taskId === lastRun.taskId);
  const late = latest?.latenessMs ?? 0;
  return (
    <span class="two-lines">
      <a href={taskPlace(lastRun.taskId)}>
        <StateMark state={lastRun.state ?? 'pruned'} />
      </a>
      <small>
        {late >= LATE ? (
          <span class="late">{length(late)} late</span>
        ) : (
          <Time at={lastRun.dueAt} zone={timezone} />
        )}
        {latest?.runMs !== undefined && `, ${length(latest.runMs)}`}
      </small>
    </span>
  );
}
