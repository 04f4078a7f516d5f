/** The schedules of the run: a file of them, and an operator who creates, pauses and deletes while nodes die. */

import { eventually } from '../support/eventually.js';
import type { Fleet } from './fleet.js';
import type { Calendar, Edit, Live } from './history.js';

interface Plan {
  calendar: Calendar;
  handler: string;
  queue: string;
  priority?: 'high' | 'low';
  payload?: unknown;
}

/** `overlap: allow`: the promise under test is one run for each instant, whatever else is running. */
const COMMON = { overlap: 'allow', catchUp: { policy: 'all', window: '1h', max: 1_000 } };
const BY_API = 'by-api';
const PAUSED = 'paused-meanwhile';
/** Workers that have only just come back may not have claimed what came due this shortly before the end, ms. */
const AT_THE_END = 5_000;
/** Nodes are killed on and on and take a while to start, ms. */
const PATIENCE = 60_000;

export function plans(at: number): Record<string, Plan> {
  return {
    'every-second': { calendar: { every: 1_000 }, handler: 'tick', queue: 'default', priority: 'high' },
    'every-other': { calendar: { every: 2_000 }, handler: 'flaky', queue: 'mail' },
    'slow-ones': {
      calendar: { every: 2_000 },
      handler: 'slow',
      queue: 'default',
      priority: 'low',
      payload: { ms: 2_500 },
    },
    'by-cron': { calendar: { seconds: [7, 22, 41, 59] }, handler: 'tick', queue: 'mail' },
    once: { calendar: { at }, handler: 'tick', queue: 'reports' },
    [PAUSED]: { calendar: { every: 1_000 }, handler: 'tick', queue: 'reports' },
  };
}

/** JSON is YAML too. */
export function scheduleFile(all: Record<string, Plan>, retry: object): string {
  const schedules = Object.entries(all).map(([id, { calendar, ...plan }]) => [
    id,
    { ...plan, ...spec(calendar) },
  ]);
  return JSON.stringify({
    version: 1,
    defaults: { ...COMMON, retry },
    schedules: Object.fromEntries(schedules),
  });
}

function spec(calendar: Calendar): object {
  if ('at' in calendar) return { at: new Date(calendar.at).toISOString() };
  if ('every' in calendar) return { every: `${calendar.every}ms` };
  return { cron: `${calendar.seconds.join(',')} * * * * *` };
}

/** Keeps asking until some node acknowledges; nobody knows which of the requests took effect. */
export class Operator {
  readonly live = new Map<string, Live[]>();
  readonly calendars = new Map<string, Calendar>();
  readonly deleted = new Set<string>();
  readonly #fleet: Fleet;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Resolves when the cluster shows all schedules of the file. */
  async fromFile(all: Record<string, Plan>): Promise<void> {
    const listed = async () => {
      const response = await this.#fleet.ask('/v1/schedules');
      return (
        ((await response?.json()) as { items: { id: string; createdAt: string }[] } | undefined)?.items ?? []
      );
    };
    const items = await eventually(listed, (found) => found.length === Object.keys(all).length, {
      within: 30_000,
    });
    for (const { id, createdAt } of items) {
      const created = Date.parse(createdAt);
      this.calendars.set(id, all[id]?.calendar ?? { at: 0 });
      this.#opens(id, { asked: created, acked: created });
    }
  }

  async createByApi(retry: object): Promise<void> {
    const calendar = { every: 1_000 };
    const body = { ...COMMON, retry, handler: 'tick', queue: 'reports', ...spec(calendar) };
    this.calendars.set(BY_API, calendar);
    // Through two nodes at once: it is there once.
    const put = () => this.#insist('PUT', BY_API, '', body);
    const edits = await Promise.all([put(), put()]);
    this.#opens(BY_API, {
      asked: Math.min(...edits.map(({ asked }) => asked)),
      acked: Math.min(...edits.map(({ acked }) => acked)),
    });
  }

  /** `unclaimed`: what came due in the last ms before may be withdrawn with it. */
  async deleteOne(unclaimed: number): Promise<void> {
    this.#closes(BY_API, await this.#insist('DELETE', BY_API), unclaimed);
    this.deleted.add(BY_API);
  }

  async pauseOne(unclaimed: number): Promise<void> {
    this.#closes(PAUSED, await this.#insist('POST', PAUSED, '/pause', {}), unclaimed);
  }

  async resumeOne(): Promise<void> {
    this.#opens(PAUSED, await this.#insist('POST', PAUSED, '/resume', {}));
  }

  /** The end of the run: from its acknowledgement on nothing new comes due. */
  async pauseAll(): Promise<void> {
    const ids = [...this.live.keys()].filter((id) => !this.deleted.has(id));
    await Promise.all(
      ids.map(async (id) => this.#closes(id, await this.#insist('POST', id, '/pause', {}), AT_THE_END)),
    );
  }

  #opens(id: string, from: Edit): void {
    const open = { asked: Number.POSITIVE_INFINITY, acked: Number.POSITIVE_INFINITY };
    this.live.set(id, [...(this.live.get(id) ?? []), { from, to: open }]);
  }

  #closes(id: string, { asked, acked }: Edit, unclaimed = 2_000): void {
    const last = this.live.get(id)?.at(-1);
    if (last) last.to = { asked: asked - unclaimed, acked };
  }

  async #insist(method: string, id: string, verb = '', body?: object): Promise<Edit> {
    const asked = Date.now();
    const init = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {};
    let last = '';
    const done = async (): Promise<boolean> => {
      const response = await this.#fleet.ask(`/v1/schedules/${id}${verb}`, { method, ...init });
      last = response ? String(response.status) : 'no answer';
      if (!response) return false;
      const text = await response.text();
      // A deletion whose answer was lost finds nothing the second time; an edit may meet another one.
      if (response.ok || (method === 'DELETE' && response.status === 404)) return true;
      if (response.status === 412) return false;
      // A schedule that has had all its runs has nothing to pause.
      if (response.status === 409 && text.includes('has finished')) return true;
      throw new Error(`${method} ${id}${verb}: ${response.status} ${text}`);
    };
    for (const patience = asked + PATIENCE; ; ) {
      if (await done()) return { asked, acked: Date.now() };
      if (Date.now() > patience)
        throw new Error(`no node acknowledged ${method} ${id}${verb} for ${PATIENCE} ms; ${last}`);
    }
  }
}
