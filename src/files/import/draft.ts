/** What an importer gathers on its way through a foreign file: schedules as they will be written, and remarks. */

import { timezoneProblem } from '../../domain/spec/timezones.js';
import { idFrom, queueFrom } from './names.js';
import { textOf } from './values.js';

/** `decide`: a person has to choose; `refused`: it is not in the file; `warn`: it is, but look at it. */
const KINDS = ['refused', 'warn', 'note', 'decide'] as const;
export type RemarkKind = (typeof KINDS)[number];

/** `id` is absent where it concerns the file as a whole. */
export interface Remark {
  id?: string;
  kind: RemarkKind;
  text: string;
}

/** A foreign file; line ends are `\n`, and there is no byte order mark. */
export interface SourceText {
  path: string;
  text: string;
}

/** Fields of a schedule file, `handler` and `cron`, `every` or `at` among them. */
export type DraftFields = Readonly<Record<string, unknown>>;

export interface Draft {
  id: string;
  fields: DraftFields;
  /** Written above it. */
  comments: readonly string[];
}

export interface Dst {
  gap: 'shift' | 'skip';
  fold: 'first' | 'second' | 'both';
}

/** Nothing is imported of it, for the reason given. */
export class Refusal extends Error {}

export class Gathered {
  readonly drafts: Draft[] = [];
  /** Of the file that will be written. */
  defaults: DraftFields = {};
  /** Fields that belong to the defaults where all schedules say the same. */
  common: readonly string[] = [];
  /** ms; for remarks about what has passed and about the next changes of the clocks. */
  readonly now: number;
  /** Each id with its place in the file. */
  readonly #places = new Map<string, number>();
  /** Where numbering goes on behind a name. */
  readonly #counts = new Map<string, number>();
  readonly #remarks = new Map<string, Remark>();

  constructor(now: number) {
    this.now = now;
  }

  /** A valid id made of a name, which nobody else has. */
  id(name: string): string {
    const wanted = idFrom(name);
    let id = wanted;
    for (let count = this.#counts.get(wanted) ?? 2; this.#places.has(id); count += 1) {
      id = `${wanted}-${count}`;
      this.#counts.set(wanted, count + 1);
    }
    this.#places.set(id, this.#places.size);
    return id;
  }

  /** Two remarks of one kind about one schedule become one; what concerns the file is said once. */
  remark(kind: RemarkKind, text: string, id?: string): void {
    const key = id === undefined ? `${kind} ${text}` : `${kind}: ${id}`;
    const same = this.#remarks.get(key);
    if (!same) this.#remarks.set(key, { ...(id === undefined ? {} : { id }), kind, text });
    else if (!same.text.includes(text)) same.text = `${same.text}; ${text}`;
  }

  /** `order`: what their numbers mean there. */
  remarkOnPriority(id: string, priority: unknown, order: string): void {
    this.remark('note', `priority ${String(priority)}: numbers there, ${order}; here high|normal|low`, id);
  }

  /** The queue as it is written here, with a remark where that is another name; undefined where none is named. */
  queue(id: string, given: unknown): string | undefined {
    const name = textOf(given);
    if (name === undefined) return undefined;
    const queue = queueFrom(name);
    if (queue !== name) this.remark('warn', `queue ${name} is ${queue} here`, id);
    return queue;
  }

  add(id: string, fields: DraftFields, comments: readonly string[] = []): void {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    this.drafts.push({ id, fields: Object.fromEntries(given), comments });
  }

  /** Reads one schedule of that name; a refusal on the way becomes its remark, and nothing is added. */
  schedule(name: string, read: (id: string) => { fields: DraftFields; comments?: readonly string[] }): void {
    const id = this.id(name);
    try {
      const { fields, comments = [] } = read(id);
      this.add(id, fields, id === name ? comments : [`${JSON.stringify(name)} there`, ...comments]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(id, error.message);
    }
  }

  /** What was said of it before matters no more. */
  refuse(id: string, text: string): void {
    for (const kind of KINDS) this.#remarks.delete(`${kind}: ${id}`);
    this.remark('refused', text, id);
  }

  /** Those about one schedule first, in the order of the file. */
  report(): Remark[] {
    const place = ({ id }: Remark): number => this.#places.get(id ?? '') ?? this.#places.size;
    return [...this.#remarks.values()].sort((a, b) => place(a) - place(b));
  }
}

/** The zone as it is written here. Throws what is wrong with it: in another zone it would run at other times. */
export function zoneFrom(given: unknown): string {
  const problem = timezoneProblem(given);
  if (problem === undefined) return given as string;
  const meant = /must be written "([^"]+)"$/.exec(problem)?.[1];
  if (meant !== undefined) return meant;
  throw new Refusal(`time zone ${problem}`);
}
