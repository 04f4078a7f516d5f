/** Schedules: no instant missed (I1), none doubled (I2), none invented (I4). */

import { mayFire, owed } from './calendar.js';
import { grouped, type History, occurrenceIn, type ScheduleSeen, type Violation } from './history.js';

export function checkSchedules(history: History): Violation[] {
  return [
    ...history.schedules.flatMap((schedule) => [
      ...misses(schedule, history),
      ...contradictions(schedule),
      ...inventedFates(schedule),
    ]),
    ...duplicates(history),
    ...inventedRuns(history),
  ];
}

function misses(schedule: ScheduleSeen, { tasks }: History): Violation[] {
  const fates = new Map(schedule.fates?.map((one) => [one.nominal, one.fate]));
  return owed(schedule).flatMap((nominal): Violation[] => {
    const id = `${schedule.id}@${nominal}`;
    const fate = schedule.fates ? fates.get(nominal) : 'planned';
    if (fate !== 'planned')
      return [{ invariant: 'I1', what: `${id}: its fate is ${fate ?? 'not recorded'}` }];
    const state = tasks.get(id)?.state;
    if (state === 'completed' || state === 'dead') return [];
    return [{ invariant: 'I1', what: `${id}: its task is ${state ?? 'not to be found'}` }];
  });
}

/** An instant has one fate, not two. */
function contradictions({ id, fates, missed }: ScheduleSeen): Violation[] {
  const seen = new Set<number>();
  return (fates ?? []).flatMap(({ nominal, fate }): Violation[] => {
    const twice = seen.has(nominal);
    seen.add(nominal);
    const both = fate === 'planned' && missed.some(({ from, to }) => from <= nominal && nominal <= to);
    return twice || both ? [{ invariant: 'I1', what: `${id}@${nominal}: it has two fates` }] : [];
  });
}

function inventedFates(schedule: ScheduleSeen): Violation[] {
  return (schedule.fates ?? [])
    .filter(({ nominal, fate }) => fate === 'planned' && !mayFire(schedule, nominal))
    .map(({ nominal }) => ({ invariant: 'I4', what: `${schedule.id}@${nominal}: planned off its calendar` }));
}

/** Every task that was ever seen for one instant is the same task. */
function duplicates({ executions, tasks }: History): Violation[] {
  const runs = executions.map(({ id, nominal }) => ({ id, nominal: nominal ?? occurrenceIn(id)?.nominal }));
  const found = [...tasks.values()].flatMap((task) => (task ? [{ id: task.id, nominal: undefined }] : []));
  const occurrences = [...runs, ...found].flatMap(({ id, nominal }) => {
    const named = occurrenceIn(id);
    return named ? [{ id, instant: `${named.schedule}@${nominal ?? named.nominal}` }] : [];
  });
  return [...grouped(occurrences, ({ instant }) => instant)].flatMap(([instant, seen]): Violation[] => {
    const ids = [...new Set(seen.map(({ id }) => id))];
    return ids.length === 1 ? [] : [{ invariant: 'I2', what: `${instant}: tasks ${ids.join(' and ')}` }];
  });
}

function inventedRuns({ executions, schedules }: History): Violation[] {
  const byId = new Map(schedules.map((schedule) => [schedule.id, schedule]));
  return executions.flatMap(({ id, attempt, nominal: told }): Violation[] => {
    const named = occurrenceIn(id);
    if (!named) return [];
    const schedule = byId.get(named.schedule);
    const real = schedule && mayFire(schedule, named.nominal) && told === named.nominal;
    return real
      ? []
      : [{ invariant: 'I4', what: `${id}: attempt ${attempt} ran, but there is no such instant` }];
  });
}
