/** What is live as a schedule file, page by page: read again it is the same, so that it plans to nothing. */

import { canonical } from '../domain/input/canonical.js';
import { cursorTo, nameCursor } from '../domain/input/cursors.js';
import { isScheduleId, namespaceName } from '../domain/input/names.js';
import { about, isRecord, type Values, wholeText } from '../domain/input/readers.js';
import { writtenItems } from '../domain/schedule/exclusions.js';
import type { ExcludedCalendar, ScheduleDefinition } from '../domain/schedule/schedule.js';
import { writtenDefinition } from '../domain/schedule/written.js';
import { slices } from '../runtime/slices.js';
import type { ScheduleRow, ScheduleStore } from '../store/contract/index.js';
import { ownerOf } from './plan-schedule.js';

export const EXPORT = {
  set: about(namespaceName, 'only of this file set; api: of those that no file declares'),
  limit: about(wholeText(1, 1000), 'how many, at most 1000; by default 200'),
  cursor: about(nameCursor(isScheduleId), 'nextCursor of the page before'),
};

/** A schedule file as its reader takes it, but for what stands behind `schedules`. */
export interface ExportPage {
  version: 1;
  /** The set they all belong to. */
  source?: string;
  calendars?: Record<string, unknown[]>;
  schedules: Record<string, Record<string, unknown>>;
  /** Whom they belong to. */
  owners: string[];
  /** What this release cannot read is left out. */
  leftOut: { id: string; fault: string }[];
  nextCursor: string | null;
}

const USUAL_LIMIT = 200;
/** Schedules looked at for one page, so that a set that has few of them cannot make it expensive. */
const BUDGET = 5_000;

export async function exportPage(
  store: Pick<ScheduleStore, 'schedulesFrom'>,
  { set, limit = USUAL_LIMIT, cursor = '' }: Values<typeof EXPORT>,
): Promise<ExportPage> {
  const page = new Page();
  const rest = slices();
  let scanned = 0;
  for (let after: string | null = cursor; after !== null; ) {
    const { rows, next }: { rows: ScheduleRow[]; next: string | null } = await store.schedulesFrom(
      after,
      limit - page.count,
    );
    scanned += rows.length;
    for (const row of rows) {
      await rest();
      if (set === undefined || row.schedule.source.set === set) page.add(row);
    }
    after = next;
    if (after !== null && (page.count >= limit || scanned >= BUDGET)) return page.view(set, cursorTo(after));
  }
  return page.view(set, null);
}

class Page {
  count = 0;
  readonly #schedules: ExportPage['schedules'] = {};
  readonly #calendars = new Map<string, unknown[]>();
  readonly #owners = new Map<string, ScheduleRow['schedule']['source']>();
  readonly #leftOut: ExportPage['leftOut'] = [];

  add({ schedule: { definition, source } }: ScheduleRow): void {
    this.count += 1;
    const { id, spec } = definition;
    const { kind, fault } = spec as { kind: string; fault?: string };
    if (!['cron', 'every', 'at'].includes(kind)) {
      this.#leftOut.push({ id, fault: fault ?? `this release knows no schedule of the kind ${kind}` });
      return;
    }
    this.#owners.set(ownerOf(source), source);
    this.#schedules[id] = escaped(writtenDefinition(this.#named(definition))) as Record<string, unknown>;
  }

  /** A calendar that another schedule knows with other days is written as its days. */
  #named(definition: ScheduleDefinition): ScheduleDefinition {
    const { exclude } = definition;
    if (!exclude) return definition;
    const items = exclude.items.flatMap((item) =>
      'calendar' in item && !this.#takes(item) ? item.items : [item],
    );
    return { ...definition, exclude: { ...exclude, items } };
  }

  #takes({ calendar, items }: ExcludedCalendar): boolean {
    const written = writtenItems(items);
    const known = this.#calendars.get(calendar);
    if (!known) this.#calendars.set(calendar, written);
    return !known || canonical(known) === canonical(written);
  }

  view(set: string | undefined, nextCursor: string | null): ExportPage {
    const sources = [...this.#owners.values()];
    const [source] = sources;
    const one = source?.kind === 'file' && (set !== undefined || sources.length === 1);
    return {
      version: 1,
      ...(one ? { source: source.set } : {}),
      ...(this.#calendars.size > 0 ? { calendars: Object.fromEntries(this.#calendars) } : {}),
      schedules: this.#schedules,
      owners: [...this.#owners.keys()].sort(),
      leftOut: this.#leftOut,
      nextCursor,
    };
  }
}

/** In values, not in keys: what looks like a variable is to stay what it is. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(escaped);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escaped(item)]));
}

/** Where some name a zone, those that go by UTC say so too: in a file it would look forgotten. */
export function withZones(schedules: ExportPage['schedules']): ExportPage['schedules'] {
  const entries = Object.entries(schedules);
  if (entries.every(([, { timezone }]) => timezone === undefined)) return schedules;
  return Object.fromEntries(
    entries.map(([id, fields]) => {
      if (fields['cron'] === undefined || fields['timezone'] !== undefined) return [id, fields];
      const keys = Object.entries(fields);
      const at = keys.findIndex(([key]) => key === 'cron') + 1;
      return [id, Object.fromEntries([...keys.slice(0, at), ['timezone', 'UTC'], ...keys.slice(at)])];
    }),
  );
}
