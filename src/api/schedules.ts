/** Routes of schedules: list, show, put, delete, pause, resume, occurrences. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import { CarillonError } from '../domain/input/errors.js';
import { isScheduleId } from '../domain/input/names.js';
import { codeOf, problemsOf, readFields, refuse } from '../domain/input/read-fields.js';
import { about, instant, later, text, wholeText } from '../domain/input/readers.js';
import { readDefinition } from '../domain/schedule/definition.js';
import type { ScheduleSource } from '../domain/schedule/schedule.js';
import { createComing } from '../schedules/coming.js';
import {
  type EditResult,
  pauseSchedule,
  putSchedule,
  removeSchedule,
  resumeSchedule,
} from '../schedules/edit.js';
import { createLastRuns } from '../schedules/last-runs.js';
import { latestRuns } from '../schedules/latest-runs.js';
import { listSchedules, SCHEDULE_LIST, SCHEDULE_SHOW, USUAL_LIMIT } from '../schedules/list.js';
import { occurrencesOf } from '../schedules/occurrences.js';
import { revisionsOf } from '../schedules/revisions.js';
import { type ScheduleView, scheduleView } from '../schedules/view.js';
import { timeOf } from '../store/contract/clock.js';
import type { ScheduleRow } from '../store/contract/index.js';
import type { ApiContext } from './context.js';
import { editMatching, tagOf } from './if-match.js';

export const PAUSE = { reason: about(text(256), 'why, shown with the schedule'), until: later };
export const OCCURRENCES = {
  from: about(instant, 'the first instant of interest; by default an hour ago'),
  to: about(instant, 'the last one; by default an hour from now'),
  limit: about(wholeText(1, 1000), 'how many, at most 1000; by default 100'),
};
/** Each of them is looked up. */
const MOST_RUNS_A_PAGE = 1_000;
const OWNER: ScheduleSource = { kind: 'api', set: 'api' };

interface ById {
  Params: { id: string };
}

export function scheduleRoutes(app: FastifyInstance, context: ApiContext): void {
  const { store } = context;
  const coming = createComing();
  const time = (): number | Promise<number> => timeOf(store);
  const lastRuns = createLastRuns(store);
  const views = async (rows: readonly ScheduleRow[], runs = 0): Promise<ScheduleView[]> => {
    const now = await time();
    const last = await lastRuns(rows, now);
    const latest = runs === 0 ? [] : await Promise.all(rows.map((row) => latestRuns(store, row, now, runs)));
    return rows.map((row, i) => scheduleView(row, coming(row, now), last[i] ?? null, latest[i]));
  };
  const view = async (row: ScheduleRow, runs = 0): Promise<ScheduleView> => {
    const [shown] = await views([row], runs);
    if (!shown) throw new CarillonError('internal', 'One schedule is one view.');
    return shown;
  };

  app.get('/v1/schedules', (request) => {
    const query = readFields(request.query, SCHEDULE_LIST);
    const { runs = 0, limit = USUAL_LIMIT } = query;
    if (runs * limit > MOST_RUNS_A_PAGE) {
      const detail = `times limit is more than ${MOST_RUNS_A_PAGE} runs in one page: ask for less of either`;
      refuse('invalid_input', [{ path: ['runs'], detail }]);
    }
    return listSchedules(store, query, (rows) => views(rows, runs));
  });

  app.get<ById>('/v1/schedules/:id', async (request, reply) => {
    const { runs } = readFields(request.query, SCHEDULE_SHOW);
    const row = await found(context, request.params.id);
    return tagged(reply, row).send(await view(row, runs));
  });

  app.put<ById>('/v1/schedules/:id', async (request, reply) => {
    readFields(request.query, {});
    const now = await time();
    const reading = readDefinition(request.params.id, request.body, { now });
    if ('problems' in reading) refuse(codeOf(reading.problems), reading.problems);
    if (reading.elsewhere) {
      refuse('invalid_input', [
        { path: ['environments'], detail: 'belongs to schedule files: leave it out' },
      ]);
    }
    const { definition } = reading;
    const result = await editMatching(store, definition.id, request.headers['if-match'], 'stale', (seen) =>
      putSchedule(store, definition, OWNER, now, seen),
    );
    const row = settled(result, 'The schedule belongs to a file: change it there.');
    return tagged(reply, row)
      .code(result.word === 'created' ? 201 : 200)
      .send({ ...(await view(row)), warnings: problemsOf(reading.warnings) });
  });

  app.delete<ById>('/v1/schedules/:id', async (request, reply) => {
    readFields(request.query, {});
    const { id } = request.params;
    const now = await time();
    const result = await editMatching(store, id, request.headers['if-match'], 'unknown', (seen) =>
      removeSchedule(store, id, now, { owner: OWNER, ...seen }),
    );
    if (result.word !== 'removed') settled(result, 'The schedule belongs to a file: remove it there.');
    return reply.code(204).send();
  });

  app.post<ById>('/v1/schedules/:id/pause', async (request) => {
    readFields(request.query, {});
    const body = readFields(request.body, PAUSE);
    return view(settled(await pauseSchedule(store, request.params.id, body, await time())));
  });

  app.post<ById>('/v1/schedules/:id/resume', async (request) => {
    readFields(request.query, {});
    readFields(request.body, {});
    return view(settled(await resumeSchedule(store, request.params.id, await time())));
  });

  app.get<ById>('/v1/schedules/:id/revisions', async (request) => {
    readFields(request.query, {});
    const { schedule } = await found(context, request.params.id);
    return { items: revisionsOf(schedule), nextCursor: null };
  });

  app.get<ById>('/v1/schedules/:id/occurrences', async (request) => {
    const query = readFields(request.query, OCCURRENCES);
    const row = await found(context, request.params.id);
    return occurrencesOf(store, row, { ...query, now: await time() });
  });
}

async function found({ store }: ApiContext, id: string): Promise<ScheduleRow> {
  const row = isScheduleId(id) ? await store.schedule(id) : null;
  if (!row) throw notFound();
  return row;
}

function notFound(): CarillonError {
  return new CarillonError('not_found', 'There is no schedule with this id.');
}

function tagged(reply: FastifyReply, row: ScheduleRow): FastifyReply {
  return reply.header('etag', tagOf(row));
}

/** The schedule after an edit, or the problem that stood in its way. */
function settled({ word, row }: EditResult, owned = 'The schedule belongs to somebody else.'): ScheduleRow {
  switch (word) {
    case 'unknown':
      throw notFound();
    case 'conflict':
      throw new CarillonError('conflict', owned);
    case 'stale':
      throw new CarillonError(
        'precondition_failed',
        row ? 'The schedule was edited meanwhile.' : 'There is no schedule for If-Match to match.',
      );
    case 'fenced':
      throw new CarillonError('unavailable', 'Another leader is taking over; try again shortly.');
    default:
      if (!row) throw notFound();
      return row;
  }
}
