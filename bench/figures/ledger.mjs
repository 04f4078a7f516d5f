/** What a ledger takes of Redis after a busy year, and what it costs to read it out loud: occurrences and explain. */

import { except, newLedger, trimmed, turn } from '../../dist/domain/schedule/ledger.js';
import { folded } from '../../dist/domain/schedule/ledger-bits.js';
import { createComing } from '../../dist/schedules/coming.js';
import { explainInstant } from '../../dist/schedules/explain.js';
import { ledgerWrite } from '../../dist/schedules/ledger-of.js';
import { occurrencesOf } from '../../dist/schedules/occurrences.js';
import { openStore } from '../../dist/store/redis/index.js';
import { startRedis } from '../lib/redis.mjs';
import { median, seeded } from '../lib/stats.mjs';
import { hostMs } from '../lib/time.mjs';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Questions in a row. */
const TIMES = 200;

export const title = 'A ledger: bytes, and µs of occurrences and explain';

/** A schedule of every minute, and what has become of it. */
const LIVES = {
  'never changed': (ledger) => ledger,
  'a year with an edit of the calendar and a pause each week': (ledger, definition, now) => {
    let next = ledger;
    for (let week = 52; week > 0; week -= 1) {
      const at = now - week * 7 * DAY;
      const other = {
        ...definition,
        spec: { kind: 'every', every: MINUTE, phase: week * 1_000 },
      };
      const steps = [
        ['fired', definition, other],
        ['paused', other, other],
        ['fired', other, other],
        ['fired', other, definition],
      ];
      for (const [n, [word, before, after]] of steps.entries()) {
        next = turn(next, { at: at + n * DAY, word, before, after, tz: '2026a' });
      }
    }
    return trimmed(next, now);
  },
  '10,000 instants of which chance skipped every other': (ledger, definition, now) => {
    const chance = seeded(7);
    let next = ledger;
    for (let n = 10_000; n > 0; n -= 1) {
      const at = Math.floor(now / MINUTE) * MINUTE - n * MINUTE;
      if (chance() < 0.5) next = except(next, definition, { from: at, to: at, word: 'overlap' });
      if (n % 50 === 0) next = folded(next, definition);
    }
    return trimmed(folded(next, definition), now);
  },
};

export async function run({ rounds, quick }) {
  process.stderr.write('ledger\n');
  const redis = await startRedis();
  const raw = {};
  const rows = [];
  try {
    const store = await openStore({ url: redis.url, namespace: 'bench' });
    const now = await store.time();
    // The first edit brings scripts and the partition with it.
    await stored(store, redis, 'first', now, (ledger) => ledger);
    for (const [n, [label, live]] of [...Object.entries(LIVES).entries()]) {
      const id = `life-${n}`;
      const bytes = await stored(store, redis, id, now, live);
      raw[`${label}: bytes`] = [bytes];
      rows.push(row(`${label}: bytes of Redis, schedule included`, 'B', bytes, 3_000, '≤ 3,000 B'));
      for (const [what, ask] of Object.entries(questions(store, id, now))) {
        const samples = [];
        for (let round = 0; round <= (quick ? 1 : rounds); round += 1) {
          const us = await asked(ask, quick ? 20 : TIMES);
          // The first round warms up.
          if (round > 0) samples.push(us);
        }
        raw[`${label}: ${what}`] = samples;
        rows.push(row(`${label}: ${what}`, 'µs', median(samples), 5_000, '≤ 5,000 µs'));
      }
    }
    await store.close();
  } finally {
    await redis.stop();
  }
  return { rows, raw, notes: NOTES };
}

const NOTES = [
  'Schedules of every minute. Bytes: growth of used_memory by one schedule with its ledger. µs: from the call of the use case to its answer, questions one after the other on loopback, reading the schedule and what is known of its tasks included.',
];

async function stored(store, redis, id, now, live) {
  const spec = { kind: 'every', every: MINUTE, phase: 0 };
  const retry = { maxAttempts: 3, backoff: 'exponential', delay: 10_000, maxDelay: 600_000, jitter: true };
  const definition = {
    ...{ id, handler: 'work', spec, queue: 'main', priority: 'normal', retry, overlap: 'skip' },
    ...{ catchUp: { policy: 'latest', window: DAY, max: 100 }, enabled: true, labels: {} },
  };
  const begin = now - 365 * DAY;
  const source = { kind: 'api', set: 'api' };
  const schedule = { definition, revision: now, source, createdAt: begin, updatedAt: begin };
  await store.open('main');
  const before = await redis.usedMemory();
  const known = newLedger(begin + 1, 'fired');
  const ledger = live(known, definition, now);
  const write = ledger === known ? {} : { ledger: ledgerWrite({}, ledger, definition, now) };
  const cursor = Math.ceil(now / MINUTE) * MINUTE;
  const edit = { id, expect: null, schedule, cursor, withdraw: null, ...write };
  if ((await store.edit('main', edit)) !== 'ok') throw new Error('not stored');
  return (await redis.usedMemory()) - before;
}

function questions(store, id, now) {
  const coming = createComing();
  const at = Math.floor(now / MINUTE) * MINUTE - 3_000 * MINUTE;
  return {
    'occurrences, a page of 100': async () => {
      const row = await store.schedule(id);
      await occurrencesOf(store, row, { now, from: at, to: at + 99 * MINUTE, limit: 100 });
    },
    explain: async () => {
      const row = await store.schedule(id);
      await explainInstant(store, row, { at, now, coming });
    },
  };
}

async function asked(ask, times) {
  const begun = hostMs();
  for (let n = 0; n < times; n += 1) await ask();
  return ((hostMs() - begun) * 1_000) / times;
}

function row(label, unit, value, most, target) {
  return {
    label,
    unit,
    carillon: value,
    ratio: Number.NaN,
    spread: [Number.NaN],
    target,
    met: value <= most,
  };
}
