/** The schedule files of one node: loaded at its start, applied in office, loaded and applied again on change. */

import { CarillonError } from '../domain/input/errors.js';
import { type ApplyReport, applySchedules } from '../files/apply.js';
import { type LoadedSet, loadSchedules } from '../files/load.js';
import { type ScheduleWatch, watchSchedules } from '../files/watch.js';
import type { RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { wallNow } from '../runtime/wall.js';
import type { Store, Term } from '../store/contract/index.js';

export interface ScheduleFilesOptions {
  store: Store;
  clock: RedisClock;
  log: Log;
  /** null: there are none, and whatever is stored is left as it is. */
  directory: string | null;
  /** Whether somebody named the directory: a missing one is a mistake then. */
  chosen: boolean;
  set: string | undefined;
  environment: string | undefined;
  env: Record<string, string | undefined>;
  reload: boolean;
  term(): Term | null;
}

/** Name of the set when neither a setting nor a file gives one. */
const USUAL_SET = 'files';

export class ScheduleFiles {
  readonly #options: ScheduleFilesOptions;
  #loaded: LoadedSet | null = null;
  /** Somebody edited a file: the set counts even if its digest was applied and superseded before. */
  #edited = false;
  #watch: ScheduleWatch | undefined;
  /** What the files of the last load were warned of: a reload says only what is new. */
  #warned: ReadonlySet<string> = new Set();

  constructor(options: ScheduleFilesOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { directory, reload, log } = this.#options;
    if (directory === null) return;
    await this.#load(directory);
    if (!reload) return;
    this.#watch = watchSchedules(
      directory,
      () => this.#changed(directory),
      (error) => log.warn({ error }, 'a changed schedule file was not applied'),
    );
    await this.#watch.ready;
  }

  async stop(): Promise<void> {
    await this.#watch?.close();
  }

  /** Throws while something is to be settled first, so that the caller tries again. */
  async apply(term: Term): Promise<void> {
    const { store, clock, log, set } = this.#options;
    const loaded = this.#loaded;
    // An invalid set leaves the last good one live; it has been reported when it was loaded.
    if (!loaded?.found || loaded.problems.length > 0) return;
    const name = set ?? loaded.source ?? USUAL_SET;
    const report = await applySchedules(store, term, name, loaded, clock.now(), { force: this.#edited });
    tell(log, name, report);
    if (report.unsettled.length > 0) {
      throw new CarillonError('unavailable', `not yet applied: ${report.unsettled.join(', ')}`);
    }
    this.#edited = false;
  }

  async #changed(directory: string): Promise<void> {
    this.#edited = true;
    await this.#load(directory);
    const term = this.#options.term();
    if (term) await this.apply(term);
  }

  async #load(directory: string): Promise<void> {
    const { env, environment, log, chosen } = this.#options;
    this.#loaded = await loadSchedules(directory, { env, environment, now: wallNow() });
    const { found, schedules, problems, warnings } = this.#loaded;
    if (!found) log[chosen ? 'warn' : 'info']({ directory }, 'there is no such directory of schedule files');
    const words = warnings.map(({ pointer, detail }) => `${pointer}: ${detail}`);
    for (const warning of words) if (!this.#warned.has(warning)) log.warn(warning);
    this.#warned = new Set(words);
    for (const { pointer, detail } of problems) log.error(`${pointer}: ${detail}`);
    if (problems.length > 0) log.error('the schedule files are not valid; what was applied last stays live');
    else if (found) log.debug({ directory, schedules: schedules.length }, 'schedule files loaded');
  }
}

function tell(log: Log, set: string, report: ApplyReport): void {
  for (const { id, owner } of report.conflicts) {
    log.error({ schedule: id }, `belongs to ${owner}; the file that declares it is left aside`);
  }
  const { created, changed, removed } = report;
  if (report.word === 'superseded') {
    log.warn(
      { set },
      'these schedule files were applied before and replaced since; edit one to apply them again',
    );
  } else if (created.length + changed.length + removed.length > 0) {
    const counts = { created: created.length, changed: changed.length, removed: removed.length };
    log.info({ set, ...counts }, 'schedule files applied');
  }
}
