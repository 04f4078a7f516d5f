/** The schedule files of one node: read and proposed at its start, when they change, on SIGHUP and when told to. */

import type { Problem } from '../domain/input/errors.js';
import type { FileSet } from '../files/file-set.js';
import type { LoadOptions } from '../files/load.js';
import { readInThread } from '../files/read-in-thread.js';
import { type ScheduleWatch, watchSchedules } from '../files/watch.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import { randomText } from '../runtime/random.js';
import { wallNow } from '../runtime/wall.js';
import { within } from '../runtime/within.js';
import { conflictText, differenceText } from '../sets/difference.js';
import { heldBecause } from '../sets/judge.js';
import { type Proposed, type Proposing, propose } from '../sets/propose.js';
import { USUAL_SET } from '../sets/view.js';
import { timeOf } from '../store/contract/clock.js';
import type { PresentFiles, SetConflict, Store } from '../store/contract/index.js';

export interface ScheduleFilesOptions {
  store: Store;
  log: Log;
  /** null: there are none, and whatever is stored is left as it is. */
  directory: string | null;
  /** Whether somebody named the directory: a missing one is a mistake then. */
  chosen: boolean;
  set: string | undefined;
  environment: string | undefined;
  release: string | undefined;
  commit?: string | undefined;
  env: Record<string, string | undefined>;
  /** Name of the node, and this very process. */
  node: string;
  process: string;
  dev: boolean;
  /** `files` has changed. */
  onTold(): void;
  /** Valid files were read. */
  onRead?(set: FileSet): void;
  /** Files that were read again are in force: what differs, in one line. */
  onReloaded?(text: string): void;
  /** How the files are read: in a thread, unless told otherwise. */
  read?(dir: string, options: LoadOptions): Promise<FileSet>;
}

/** Problems told of one reading, and of those in the presence. */
const MOST_TOLD = 100;
const MOST_SHOWN = 5;

/** How long a stop waits for a proposal that is under way, ms. */
const LAST_PROPOSAL = 1_000;

function leftAside(set: string, conflict: SetConflict): Problem {
  return {
    pointer: `/sets/${set}`,
    detail: `${conflictText(conflict)}: the file that declares it is left aside`,
  };
}

export class ScheduleFiles {
  readonly #options: ScheduleFilesOptions;
  readonly #stopping = new AbortController();
  #watch: ScheduleWatch | undefined;
  #loop: Loop | undefined;
  #files: PresentFiles | undefined;
  #problems: Problem[] = [];
  /** The digest that was held when it was proposed. */
  #held: string | undefined;
  /** Told to be read; the proposal keeps its nonce until it is answered. */
  #wanted = true;
  #proposing: Proposing | undefined;
  /** What they say that are not valid: told once, and then again where they say something else. */
  #toldInvalid = '';
  #invalid: { set: string; nonce: string } | undefined;
  /** Warnings of the last reading: each is told once. */
  #warned = new Set<string>();
  #readings = 0;

  constructor(options: ScheduleFilesOptions) {
    this.#options = options;
    if (options.directory === null) this.#files = { set: null, problems: 0 };
  }

  /** What the node's presence says of them; undefined until they were read, and proposed where they are valid. */
  get files(): PresentFiles | undefined {
    return this.#files;
  }

  /** What of them wants a person. */
  async problems(): Promise<Problem[]> {
    const set = this.#files?.set;
    if (!set) return this.#problems;
    const record = await this.#options.store.setRecord(set);
    const conflicts =
      record?.live?.digest === this.#files?.digest ? (record?.carriedOut?.conflicts ?? []) : [];
    const problems = [...this.#problems, ...conflicts.slice(0, MOST_SHOWN).map((one) => leftAside(set, one))];
    if (this.#held === undefined || record?.held?.digest !== this.#held) return problems;
    const { reason } = record.held;
    const detail = `the schedule files are held: ${heldBecause(reason, record.held, record.live)}`;
    return [...problems, { pointer: `/sets/${set}`, detail }];
  }

  async start(): Promise<void> {
    const { directory, log } = this.#options;
    if (directory === null) return;
    this.#watch = watchSchedules(
      directory,
      async () => this.reload(),
      (error) =>
        log.warn(
          { event: 'files.unwatched', error },
          'watching the schedule files failed; they are looked at every few seconds',
        ),
    );
    this.#loop = startLoop('propose schedule files', () => this.#tick(directory), { log });
    await this.#watch.ready;
  }

  async stop(): Promise<void> {
    const ended = this.#loop?.stop();
    this.#stopping.abort();
    await this.#watch?.close();
    // A proposal under way may hang with its Redis; whoever starts next proposes again.
    if (ended) await within(LAST_PROPOSAL, ended);
  }

  /** Reads the files again and proposes them, changed or not. */
  reload(): void {
    this.#wanted = true;
    this.#loop?.wake();
  }

  async #tick(directory: string): Promise<number> {
    if (this.#wanted) {
      this.#wanted = false;
      this.#proposing = await this.#read(directory);
    }
    if (this.#invalid) {
      const { set, nonce } = this.#invalid;
      await this.#options.store.tellSet(set, { to: 'invalid', node: this.#options.node }, nonce);
      this.#invalid = undefined;
    }
    const proposing = this.#proposing;
    if (proposing) {
      const { store } = this.#options;
      const now = await timeOf(store);
      const proposed = await propose(store, proposing, now);
      this.#tell(proposing, proposed);
      this.#held = proposed.verdict === 'held' ? proposing.packed.digest : undefined;
      const { set, packed } = proposing;
      this.#says({ set, digest: packed.digest, ...this.#place(), problems: 0 });
    }
    this.#proposing = undefined;
    return this.#wanted ? 0 : Number.POSITIVE_INFINITY;
  }

  /** undefined: there is nothing to propose; what is in force stays so. */
  async #read(directory: string): Promise<Proposing | undefined> {
    const { env, environment, release, commit, node, process, dev } = this.#options;
    this.#readings += 1;
    const options = { env: { ...env }, environment, now: wallNow() };
    const read = await (this.#options.read ?? this.#readInThread)(directory, options);
    // Files that are gone name no source: what they declared is missed in the set they were.
    const former = read.found && read.packed?.schedules === 0 ? this.#files?.set : undefined;
    const set = this.#options.set ?? read.source ?? former ?? USUAL_SET;
    this.#tellReading(directory, read);
    this.#problems = read.problems.slice(0, MOST_TOLD);
    if (!read.packed) {
      const { problems, found } = read;
      const shown = problems.slice(0, MOST_SHOWN);
      const invalid = { set, ...this.#place(), problems: problems.length, shown };
      this.#says(found ? invalid : { set: null, problems: 0 });
      const text = JSON.stringify([set, problems]);
      if (found && text !== this.#toldInvalid) this.#invalid = { set, nonce: randomText(20) };
      this.#toldInvalid = text;
      return undefined;
    }
    this.#toldInvalid = '';
    this.#invalid = undefined;
    const before = this.#files?.set;
    if (before && before !== set) {
      const text = `the schedule files are of the set ${set} now; ${before} stays in force: carillon sets remove ${before} removes its schedules`;
      this.#options.log.warn({ event: 'set.renamed', set, before }, text);
    }
    this.#options.onRead?.(read);
    return {
      ...{ set, packed: read.packed, nonce: randomText(20), node, process, directory, dev },
      ...(release === undefined ? {} : { release }),
      ...(environment === undefined ? {} : { environment }),
      ...(commit === undefined ? {} : { commit }),
    };
  }

  readonly #readInThread = (dir: string, options: LoadOptions): Promise<FileSet> =>
    readInThread({ dir, options }, { signal: this.#stopping.signal });

  #place(): Pick<PresentFiles, 'directory' | 'environment'> {
    const { directory, environment } = this.#options;
    return {
      ...(directory === null ? {} : { directory }),
      ...(environment === undefined ? {} : { environment }),
    };
  }

  #says(files: PresentFiles): void {
    this.#files = files;
    this.#options.onTold();
  }

  #tellReading(directory: string, { found, problems, warnings }: FileSet): void {
    const { log, chosen } = this.#options;
    if (!found) log[chosen ? 'warn' : 'info']({ directory }, 'there is no such directory of schedule files');
    const warned = new Set(warnings.map(({ pointer, detail }) => `${pointer}: ${detail}`));
    const fresh = [...warned].filter((text) => !this.#warned.has(text));
    this.#warned = warned;
    for (const text of fresh.slice(0, MOST_TOLD)) log.warn({ event: 'files.warning' }, text);
    for (const { pointer, detail } of problems.slice(0, MOST_TOLD))
      log.error({ event: 'files.problem' }, `${pointer}: ${detail}`);
    const more = problems.length - MOST_TOLD;
    if (more > 0) log.error({ event: 'files.problem' }, `and ${more} more problems in the schedule files`);
    if (problems.length > 0) {
      log.error(
        { event: 'files.invalid' },
        'the schedule files are not valid; what was applied last stays live',
      );
    }
  }

  #tell({ set, release, packed, environment }: Proposing, proposed: Proposed): void {
    const { log } = this.#options;
    const { verdict, reason, live, difference } = proposed;
    const facts = { set, digest: packed.digest, release, schedules: packed.schedules };
    const text = differenceText(difference);
    if (reason) {
      const because = heldBecause(
        reason,
        { ...(release ? { release } : {}), ...(environment ? { environment } : {}) },
        live ?? null,
      );
      log.warn(
        { event: 'set.held', ...facts, reason },
        `the schedule files are held: ${because}. It would be: ${text}. carillon sets apply ${set} lets them through`,
      );
      return;
    }
    const news = verdict === 'accepted' ? text : 'nothing differs';
    if (verdict === 'accepted')
      log.info({ event: 'set.accepted', ...facts }, `the schedule files are in force: ${text}`);
    else log.info({ event: 'set.current', ...facts }, 'the schedule files are in force already');
    for (const conflict of (proposed.conflicts ?? []).slice(0, MOST_SHOWN))
      log.error({ event: 'set.conflict', ...facts }, leftAside(set, conflict).detail);
    if (this.#readings > 1) this.#options.onReloaded?.(news);
  }
}
