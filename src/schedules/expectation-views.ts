/** The expectations of schedules as people see them: what is expected, whether it is met, and since when it is not. */

import { formatDuration } from '../domain/input/durations.js';
import { isInvalid } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import {
  type Expectation,
  type ExpectationKind,
  type Expected,
  judgeExpectations,
} from '../domain/schedule/expectations.js';
import type { ReadStore, ScheduleRow } from '../store/contract/index.js';
import { latestExpected } from './expected.js';

export interface ExpectationView {
  kind: ExpectationKind;
  limit: string;
  state: 'ok' | 'missed';
  since?: string;
  /** The first instant that missed it, of those in a row. */
  nominalAt?: string;
}

/** `latest`: what they were judged by. */
export async function judgedRow(
  store: Pick<ReadStore, 'runs'>,
  row: ScheduleRow,
  now: number,
): Promise<{ expectations: Expectation[]; latest: Expected[] }> {
  const { expect = {} } = row.schedule.definition;
  try {
    const latest = await latestExpected(store, row, now);
    return { expectations: judgeExpectations(expect, latest, now), latest };
  } catch (error) {
    // Stored by another release and refused by this one: the schedule is shown as faulty.
    if (!isInvalid(error)) throw error;
    return { expectations: [], latest: [] };
  }
}

/** What an alert of it is called. */
export function expectationId(schedule: string, kind: ExpectationKind): string {
  return `expectation:${schedule}:${kind}`;
}

/** `since`: by id, of those that were raised; what is derived now may have lost sight of the first miss. */
export function expectationViews(
  schedule: string,
  expectations: readonly Expectation[],
  raised: ReadonlyMap<string, { since: number; nominal?: number }>,
): ExpectationView[] {
  return expectations.map((one) => {
    const { kind, limit, state } = one;
    const { since, nominal } =
      (state === 'missed' ? raised.get(expectationId(schedule, kind)) : undefined) ?? one;
    return {
      ...{ kind, limit: formatDuration(limit), state },
      ...(since === undefined ? {} : { since: formatInstant(since) }),
      ...(nominal === undefined ? {} : { nominalAt: formatInstant(nominal) }),
    };
  });
}
