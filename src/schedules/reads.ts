/** What is read of schedules, once for client and API: they differ only in how they are asked. */

import { refuse } from '../domain/input/read-fields.js';
import { timeOf } from '../store/contract/clock.js';
import type { ScheduleRow, Store } from '../store/contract/index.js';
import { createComing } from './coming.js';
import { type Explanation, explainInstant } from './explain.js';
import { listSchedules, type SchedulePage, type ScheduleQuery, USUAL_LIMIT } from './list.js';
import { type OccurrencesPage, type OccurrencesRequest, occurrencesOf } from './occurrences.js';
import { foundSchedule } from './settled.js';
import type { ScheduleView, Show } from './show.js';

/** Each of them is looked up. */
const MOST_RUNS_A_PAGE = 6_000;

export interface ScheduleReads {
  list(query: ScheduleQuery): Promise<SchedulePage<ScheduleView>>;
  /** `runs`: so many of its latest ones. Throws `not_found`, like all that follow. */
  get(id: string, runs?: number): Promise<{ row: ScheduleRow; view: ScheduleView }>;
  occurrences(id: string, request: Omit<OccurrencesRequest, 'now'>): Promise<OccurrencesPage>;
  explain(id: string, at: number): Promise<Explanation>;
}

export function scheduleReads(store: Store, show: Show): ScheduleReads {
  const coming = createComing();
  return {
    async list(query) {
      const { runs = 0, limit = USUAL_LIMIT } = query;
      if (runs * limit > MOST_RUNS_A_PAGE) {
        const detail = `times limit is more than ${MOST_RUNS_A_PAGE} runs in one page: ask for less of either`;
        refuse('invalid_input', [{ path: ['runs'], detail }]);
      }
      return listSchedules(store, query, (rows) => show.all(rows, runs));
    },

    async get(id, runs) {
      const row = await foundSchedule(store, id);
      return { row, view: await show.one(row, runs) };
    },

    async occurrences(id, request) {
      const row = await foundSchedule(store, id);
      return occurrencesOf(store, row, { ...request, now: await timeOf(store) });
    },

    async explain(id, at) {
      const row = await foundSchedule(store, id);
      return explainInstant(store, row, { at, now: await timeOf(store), coming });
    },
  };
}
