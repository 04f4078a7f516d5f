/** Brings what is stored to the file sets in force, in office only, and says when the past may be caught up. */

import { CarillonError } from '../domain/input/errors.js';
import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { type CarryOutReport, carryOut, isCarriedOut } from '../sets/carry-out.js';
import { conflictText, differenceText } from '../sets/difference.js';
import { letThrough, olderMayFollow } from '../sets/propose.js';
import type { SetRecord, Store, Term } from '../store/contract/index.js';

export interface SetDutyOptions {
  store: Store;
  log: Log;
  term: Term;
  signal: AbortSignal;
  /** A write was refused: takes office where that is missing, or steps down. */
  onFenced(): Promise<void>;
}

/** Nodes that have not told of their files are not waited for longer than this after taking office, ms. */
const PATIENCE = 60_000;
/** How often is looked whether they have, ms. */
const ASK_AGAIN = 500;
/** After a change that lost a race, ms. */
const SOON = 50;
/** How often is looked whether a held set may follow, or a conflict has been solved, ms. */
const LOOK_AGAIN = 5_000;

export class SetDuty {
  readonly #options: SetDutyOptions;
  readonly #since = mono();
  #reconciled = false;
  /** Conflicts told, by set: each is told once. */
  readonly #told = new Map<string, string>();

  constructor(options: SetDutyOptions) {
    this.#options = options;
  }

  /**
   * Whether every present node has put its files forward, or has none, and what is in force was carried out: the
   * past is judged by what the files say now. True after a minute whatever they do.
   */
  mayCatchUp(): boolean {
    return this.#reconciled || mono() - this.#since >= PATIENCE;
  }

  async tick(): Promise<number> {
    let waits = false;
    for (const seen of await this.#options.store.setRecords()) {
      const record = await this.#followed(seen);
      if (record === 'fenced') return this.#fenced();
      if (!isCarriedOut(record) || (await this.#hasFreed(record))) {
        const word = await this.#carryOut(record);
        if (word === 'fenced') return this.#fenced();
        if (word !== 'done') return word === 'stopped' ? Number.POSITIVE_INFINITY : SOON;
      }
      waits ||= record.held?.reason === 'releaseOlder' || (record.carriedOut?.conflicts.length ?? 0) > 0;
    }
    this.#reconciled ||= await this.#everybodyHasTold();
    if (!this.mayCatchUp()) return ASK_AGAIN;
    return waits ? LOOK_AGAIN : Number.POSITIVE_INFINITY;
  }

  async #fenced(): Promise<number> {
    await this.#options.onFenced();
    return SOON;
  }

  /** An older release that was held comes into force once nodes of newer ones have left. */
  async #followed(record: SetRecord): Promise<SetRecord | 'fenced'> {
    const { store, term, log } = this.#options;
    if (!(await olderMayFollow(store, record))) return record;
    const next = await letThrough(store, record, store.clock().now(), term);
    if (next === 'fenced') return next;
    if (next) {
      const { set, held } = record;
      log.info(
        { event: 'set.accepted', set, release: held?.release },
        'the newer nodes have left: the held schedule files count now',
      );
    }
    return next ?? record;
  }

  /** Whether a schedule that stood in the way belongs to nobody else any more. */
  async #hasFreed({ carriedOut, live, set }: SetRecord): Promise<boolean> {
    if (!live || carriedOut?.number !== live.number) return false;
    for (const { id, formerly = id } of carriedOut.conflicts) {
      const source = (await this.#options.store.schedule(formerly))?.schedule.source;
      if (!source || (source.kind === 'file' && source.set === set)) return true;
    }
    return false;
  }

  /** Throws while some schedule cannot be edited yet, so that the loop tries again. */
  async #carryOut(record: SetRecord): Promise<CarryOutReport['word']> {
    const { store, term, signal } = this.#options;
    const report = await carryOut(record, { store, term, signal, now: () => store.clock().now() });
    if (report.word === 'unfinished') {
      const ids = report.waiting.slice(0, 20).join(', ');
      throw new CarillonError('unavailable', `set ${record.set}: not yet applied: ${ids}`);
    }
    if (report.word === 'done') this.#tell(record, report);
    return report.word;
  }

  #tell({ set, live, removing }: SetRecord, { difference, conflicts, renamed }: CarryOutReport): void {
    const { log } = this.#options;
    const { ids: _, ...counts } = difference;
    const text = differenceText(difference);
    if (removing) log.info({ event: 'set.removed', set, ...counts }, `the file set was removed: ${text}`);
    else if (counts.created + counts.changed + counts.removed > 0) {
      log.info(
        { event: 'set.applied', set, digest: live?.digest, release: live?.release, ...counts },
        `schedule files applied: ${text}`,
      );
    }
    for (const { id, formerly, from } of renamed) {
      const became =
        from === null
          ? `${id} is new: there is no ${formerly} that it could take over from`
          : `${from} goes on as ${id}`;
      log.info({ event: 'schedule.renamed', set, schedule: id, formerly }, became);
    }
    const names = conflicts.map(conflictText).join('; ');
    if (names !== '' && this.#told.get(set) !== names) {
      log.error({ event: 'set.conflict', set }, `${names}: the file that declares it is left aside`);
    }
    this.#told.set(set, names);
  }

  async #everybodyHasTold(): Promise<boolean> {
    const nodes = await this.#options.store.present('node');
    return nodes.every(({ files }) => files !== undefined);
  }
}
