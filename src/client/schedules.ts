/** `client.schedules`: schedules straight on Redis; what each call means is said in src/schedules. */

import { CarillonError } from '../domain/input/errors.js';
import { readOptions } from '../domain/input/options.js';
import { boolean, type Given, integer } from '../domain/input/readers.js';
import type { Warning } from '../domain/input/warnings.js';
import type { DeclaredSchedule } from '../domain/schedule/declared.js';
import type { Task } from '../domain/task/task.js';
import { BACKFILL, type BackfillPreview, previewBackfill, startBackfill } from '../operations/backfill.js';
import type { OperationView } from '../operations/view.js';
import { EXPLAIN, PAUSE, RESUME, SKIP, TRIGGER } from '../schedules/asked.js';
import { type Matching, type ScheduleEdits, scheduleEdits } from '../schedules/edits.js';
import type { Explanation } from '../schedules/explain.js';
import type { SchedulePage } from '../schedules/list.js';
import type { OccurrencesPage } from '../schedules/occurrences.js';
import { type ScheduleReads, scheduleReads } from '../schedules/reads.js';
import { foundSchedule } from '../schedules/settled.js';
import { createShow, type ScheduleView } from '../schedules/show.js';
import { triggerSchedule } from '../schedules/trigger.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store } from '../store/contract/index.js';
import { taskView } from '../tasks/view.js';
import {
  type OccurrencesOptions,
  type PauseOptions,
  SCHEDULE,
  SCHEDULE_OCCURRENCES,
  SCHEDULES,
  type ScheduleListOptions,
} from './requests.js';

/** Only to the schedule as it was seen, by its `revision`; else `precondition_failed`. */
const SEEN = { revision: integer(0, Number.MAX_SAFE_INTEGER) };

const BACKFILL_OPTIONS = { ...BACKFILL, dryRun: boolean };
export type BackfillOptions = Given<typeof BACKFILL> & { from: string | Date; to: string | Date };

interface Opened {
  store: Store;
  reads: ScheduleReads;
  edits: ScheduleEdits;
}

/**
 * `client.schedules`: schedules straight on Redis, the same as over HTTP. Every call throws a `CarillonError`: `not_found`
 * where there is no such schedule, `invalid_input` with each place, and those that change one `conflict` where a file owns
 * it. What is changed is carried out by the node that leads.
 *
 * @example
 * for (const { id, state, nextRuns } of (await client.schedules.list({ q: 'invoices' })).items) {
 *   console.log(id, state, nextRuns[0]);
 * }
 */
export class ClientSchedules {
  readonly #store: () => Promise<Store>;
  #opened: Opened | null = null;

  constructor(store: () => Promise<Store>) {
    this.#store = store;
  }

  /**
   * Schedules by id, page by page: 50, or up to 1000 with `limit`.
   *
   * @example
   * let cursor: string | null | undefined;
   * do {
   *   const page = await client.schedules.list({ state: 'paused', ...(cursor ? { cursor } : {}) });
   *   for (const { id } of page.items) console.log(id);
   *   cursor = page.nextCursor;
   * } while (cursor);
   */
  async list(options: ScheduleListOptions = {}): Promise<SchedulePage<ScheduleView>> {
    const query = readOptions('a list of schedules', SCHEDULES, options);
    return (await this.#reads()).list(query);
  }

  /**
   * One schedule: its definition with every default, its state, its next runs. `runs`: with so many of its latest runs, at
   * most 60. Throws `not_found`.
   *
   * @example
   * const { state, nextRuns, runs } = await client.schedules.get('nightly-invoices', { runs: 5 });
   */
  async get(id: string, options: { runs?: number } = {}): Promise<ScheduleView> {
    checkId(id);
    const { runs } = readOptions('a schedule', SCHEDULE, options);
    return (await (await this.#reads()).get(id, runs)).view;
  }

  /**
   * Creates or replaces one, with the fields of a schedule file. `revision`: only where it is still the one that was seen.
   * `warnings`: what is legal and probably not meant. Throws `invalid_input`, `invalid_cron`, `conflict` where a file owns it,
   * and `precondition_failed` where it has changed meanwhile.
   *
   * @example
   * await client.schedules.put('nightly-invoices', {
   *   handler: 'invoices.close',
   *   cron: '30 2 * * *',
   *   timezone: 'Europe/Berlin',
   * });
   */
  async put(
    id: string,
    schedule: DeclaredSchedule,
    options: { revision?: number } = {},
  ): Promise<ScheduleView & { warnings: Warning[] }> {
    checkId(id);
    const { revision } = readOptions('put', SEEN, options);
    const { view, warnings } = await (await this.#edits()).put(id, schedule, seen(revision));
    return { ...view, warnings };
  }

  /**
   * Deletes it, and withdraws what was planned; what runs goes on. `revision`: only where it is still the one that was seen.
   * Throws `not_found`, `conflict` where a file owns it, and `precondition_failed` where it has changed meanwhile.
   *
   * @example
   * await client.schedules.delete('nightly-invoices');
   */
  async delete(id: string, options: { revision?: number } = {}): Promise<void> {
    checkId(id);
    const { revision } = readOptions('delete', SEEN, options);
    await (await this.#edits()).remove(id, seen(revision));
  }

  /**
   * Withdraws what was planned; the pause outlives restarts and new schedule files. `until` (a time, or how long from now):
   * it goes on by itself. Throws `not_found`, and `conflict` for one that has finished.
   *
   * @example
   * await client.schedules.pause('nightly-invoices', { until: '2h', reason: 'works' });
   */
  async pause(id: string, options: PauseOptions = {}): Promise<ScheduleView> {
    checkId(id);
    const fields = readOptions('pause', PAUSE, options);
    return (await this.#edits()).pause(id, fields);
  }

  /**
   * Goes on with the first instant after now, and skips nothing any more. Throws `not_found`.
   *
   * @example
   * await client.schedules.resume('nightly-invoices');
   */
  async resume(id: string, options: Given<typeof RESUME> = {}): Promise<ScheduleView> {
    checkId(id);
    const fields = readOptions('resume', RESUME, options);
    return (await this.#edits()).resume(id, fields);
  }

  /**
   * The next `count` instants (default 1) do not fire, besides those that were to be skipped already. Throws `not_found`, and
   * `conflict` where none comes.
   *
   * @example
   * await client.schedules.skip('nightly-invoices', { count: 2 });
   */
  async skip(id: string, options: Given<typeof SKIP> = {}): Promise<ScheduleView> {
    checkId(id);
    const fields = readOptions('skip', SKIP, options);
    return (await this.#edits()).skip(id, fields);
  }

  /**
   * Runs it once, now; its own instants stay as they are. Throws `not_found`, and `conflict` where a run is in progress and
   * `overlap` is `skip`.
   *
   * @example
   * const run = await client.schedules.trigger('nightly-invoices', { payload: { region: 'eu' } });
   * const { state } = await client.wait(run.id, '10m');
   */
  async trigger<Result = unknown>(id: string, options: Given<typeof TRIGGER> = {}): Promise<Task<Result>> {
    checkId(id);
    const wish = readOptions('trigger', TRIGGER, options);
    return taskView(await triggerSchedule(await this.#store(), id, wish)) as Task<Result>;
  }

  /**
   * Creates the runs of [from, to) that did not fire, with `rerun` all of them: an operation, which the leader carries out,
   * at most `perMinute`. With `dryRun` it only says how many, and which come first. Throws `not_found`, `invalid_input`, and
   * `conflict` for one that has finished or for more runs than one backfill may create.
   *
   * @example
   * const range = { from: '2027-01-01T00:00:00Z', to: '2027-02-01T00:00:00Z' };
   * const { count } = await client.schedules.backfill('nightly-invoices', { ...range, dryRun: true });
   * const { id } = await client.schedules.backfill('nightly-invoices', { ...range, perMinute: 10 });
   */
  backfill(id: string, options: BackfillOptions & { dryRun: true }): Promise<BackfillPreview>;
  backfill(id: string, options: BackfillOptions & { dryRun?: false }): Promise<OperationView>;
  async backfill(
    id: string,
    options: BackfillOptions & { dryRun?: boolean },
  ): Promise<BackfillPreview | OperationView> {
    checkId(id);
    const {
      dryRun,
      by = 'client',
      ...wish
    } = readOptions('backfill', BACKFILL_OPTIONS, options, ['from', 'to']);
    const store = await this.#store();
    const row = await foundSchedule(store, id);
    const now = await timeOf(store);
    return dryRun ? previewBackfill(row, wish, now) : startBackfill(store, row, wish, now, by);
  }

  /**
   * What became of past instants, and which come next; `from` and `to` are both included, by default an hour before and
   * after now. Throws `not_found`, and `invalid_input` where `from` is later.
   *
   * @example
   * const { items } = await client.schedules.occurrences('nightly-invoices', { from: '2027-01-01T00:00:00Z' });
   * for (const { nominalAt, fate, reason } of items) console.log(nominalAt, fate, reason ?? '');
   */
  async occurrences(id: string, options: OccurrencesOptions = {}): Promise<OccurrencesPage> {
    checkId(id);
    const request = readOptions('occurrences', SCHEDULE_OCCURRENCES, options);
    return (await this.#reads()).occurrences(id, request);
  }

  /**
   * Why one instant ran, or did not, in a sentence. Throws `not_found`.
   *
   * @example
   * const { sentence } = await client.schedules.explain('nightly-invoices', { at: '2027-01-01T01:30:00Z' });
   */
  async explain(id: string, options: { at: string | Date }): Promise<Explanation> {
    checkId(id);
    const { at } = readOptions('explain', EXPLAIN, options, ['at']);
    return (await this.#reads()).explain(id, at);
  }

  async #reads(): Promise<ScheduleReads> {
    return (await this.#open()).reads;
  }

  async #edits(): Promise<ScheduleEdits> {
    return (await this.#open()).edits;
  }

  async #open(): Promise<Opened> {
    const store = await this.#store();
    if (this.#opened?.store !== store) {
      const show = createShow(store);
      this.#opened = {
        store,
        reads: scheduleReads(store, show),
        edits: scheduleEdits(store, show, 'client'),
      };
    }
    return this.#opened;
  }
}

function seen(revision: number | undefined): Matching {
  return (_id, _missing, edit) => edit(revision === undefined ? {} : { revision });
}

function checkId(id: unknown): void {
  if (typeof id === 'string' && id !== '') return;
  throw new CarillonError('invalid_input', "A schedule's id must be a text");
}
