/** What runs when `npm start` does: plain functions by name. `schedules/examples.yaml` says when. */

import { setTimeout as pause } from 'node:timers/promises';
import type { TaskContext } from 'carillon';

const READERS = 60;
const DOMAINS = ['example.com', 'example.net', 'example.org'];

export default {
  'demo.heartbeat': async (_payload: unknown, { schedule }: TaskContext) => ({
    beat: schedule?.nominalAt ?? 'by hand',
  }),

  'demo.greet': async (payload: { name?: string } | null) => `Hello, ${payload?.name ?? 'world'}!`,

  /** Tells how far it is. What is written to `log` stands with the task; `signal` aborts when it is cancelled. */
  'demo.import': async (_payload: unknown, { log, progress, signal }: TaskContext) => {
    log.info({ rows: 1_000 }, 'the file is open');
    for (let rows = 100; rows <= 1_000; rows += 100) {
      await pause(200, undefined, { signal });
      progress({ rows, of: 1_000 });
      if (rows % 500 === 0) log.info({ rows }, 'read');
    }
    log.warn({ rows: 3 }, 'without an address');
    return { imported: 997 };
  },

  /** An error is enough: the task is tried again, as its `retry` says. */
  'demo.feed': async (_payload: unknown, ctx: TaskContext) => {
    if (ctx.attempt === 1 && turn(ctx, 5) % 3 === 0) throw new Error('the feed answered 503');
    return { attempt: ctx.attempt };
  },

  'demo.report': async (_payload: unknown, { signal }: TaskContext) => {
    await pause(14_000, undefined, { signal });
    return 'written';
  },

  /** Dead tasks whose errors say the same are one group, whatever the numbers in them. */
  'demo.settlement': async (_payload: unknown, ctx: TaskContext) => {
    const account = 1_000 + turn(ctx, 10);
    if (account % 3 === 0) throw new Error(`account ${account} has no funds`);
    if (account % 3 === 1) {
      const cause = new Error('connect ECONNREFUSED 192.0.2.7:443');
      throw Object.assign(new Error('the bank does not answer', { cause }), { code: 'ECONNREFUSED' });
    }
    return { settled: account };
  },

  /** Made by this attempt or an earlier one, each mail is made once. */
  'demo.newsletter': async (_payload: unknown, { enqueue }: TaskContext) => {
    for (const domain of DOMAINS) {
      for (let reader = 1; reader <= READERS / DOMAINS.length; reader++) {
        const to = `reader-${reader}@${domain}`;
        await enqueue('demo.mail', { to }, { queue: 'mail', concurrencyKey: domain });
      }
    }
    return { mails: READERS };
  },

  'demo.mail': async ({ to }: { to: string }, { signal }: TaskContext) => {
    await pause(500, undefined, { signal });
    return `sent to ${to}`;
  },

  /** Every fourth takes longer than the schedule's `finishWithin`. */
  'demo.audit': async (_payload: unknown, ctx: TaskContext) => {
    await pause(turn(ctx, 5) % 4 === 0 ? 3_000 : 300, undefined, { signal: ctx.signal });
    return 'in order';
  },

  'demo.close': async (payload: { what?: string } | null) => ({ closed: payload?.what ?? 'all' }),
};

/** The number of the run, of a schedule with this period (s): a run that is tried again keeps it. */
function turn({ schedule }: TaskContext, period: number): number {
  return schedule ? Date.parse(schedule.nominalAt) / 1_000 / period : 0;
}
