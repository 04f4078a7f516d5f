/** What the next instant of a schedule costs: Carillon beside cron-parser (which BullMQ uses) and croner. */

import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import { compileSpec } from '../../dist/domain/spec/compile.js';
import { median, show } from '../lib/stats.mjs';
import { hostMs } from '../lib/time.mjs';

const FROM = Date.UTC(2026, 0, 1);
const ZONES = ['UTC', 'America/New_York'];
const NEW_ZONES = Intl.supportedValuesOf('timeZone').filter((zone) => !ZONES.includes(zone));
/** New zones a round. */
const FRESH = 10;

/** Each is walked this many instants forward from FROM, again and again until enough time has passed. */
const WALKS = [
  { name: 'every second', expression: '* * * * * *', steps: 10_000, sparse: false },
  { name: 'every 5 minutes', expression: '*/5 * * * *', steps: 10_000, sparse: false },
  { name: 'daily', expression: '30 2 * * *', steps: 3_650, sparse: false },
  { name: 'monthly', expression: '0 0 1 * *', steps: 300, sparse: true },
  { name: '29 February', expression: '0 0 29 2 *', steps: 15, sparse: true },
];

/** The most that one instant may cost, µs, and how many times cheaper a sparse one must be than the best peer's. */
const DEAREST = 10;
const CHEAPER = 10;

const LIBRARIES = {
  carillon(expression, timezone) {
    const search = compileSpec(
      { kind: 'cron', expressions: [expression], timezone, gap: 'shift', fold: 'first' },
      undefined,
    );
    let at = FROM;
    return () => {
      at = search.next(at);
      return at;
    };
  },
  cronParser(expression, tz) {
    const iterator = CronExpressionParser.parse(expression, { tz, currentDate: new Date(FROM) });
    return () => iterator.next().getTime();
  },
  croner(expression, timezone) {
    const pattern = new Cron(expression, { timezone });
    let at = new Date(FROM);
    return () => {
      at = pattern.nextRun(at);
      return at.getTime();
    };
  },
};
const PEERS = { cronParser: 'cron-parser', croner: 'croner' };

export const title = 'Next instant of a schedule';

export function run({ rounds, quick }) {
  const atLeast = quick ? 5 : 150;
  const rows = [];
  const raw = {};
  const notes = [
    `µs for each instant, walking forward from ${new Date(FROM).toISOString()}, one thread, the three in turn in every round. "Times better" is against the faster of the two others.`,
  ];
  for (const timezone of ZONES) {
    for (const { name, expression, steps, sparse } of WALKS) {
      const label = `${name}, ${timezone === 'UTC' ? 'UTC' : 'New York'}`;
      process.stderr.write(`calendar, ${label}\n`);
      notes.push(...disagreements(label, expression, timezone, steps));
      const samples = compare(rounds, (open) => walkCost(() => open(expression, timezone), steps, atLeast));
      raw[label] = samples;
      rows.push(row(label, samples, sparse ? CHEAPER : undefined));
    }
  }
  const others = {
    'daily, a year in a zone never asked before': (open, round) => firstYearCost(open, round),
    'compile, to the first instant': (open) => compileCost(open, atLeast),
  };
  for (const [label, measure] of Object.entries(others)) {
    process.stderr.write(`calendar, ${label}\n`);
    raw[label] = compare(rounds, measure);
    rows.push({ ...row(label, raw[label]), target: '', met: null });
  }
  return { rows, raw, notes, peers: PEERS };
}

/** µs for each instant of walks over the same `steps`; opening is not counted. */
function walkCost(open, steps, atLeast) {
  let spent = 0;
  let walked = 0;
  while (spent < atLeast) {
    const next = open();
    const begun = hostMs();
    for (let step = 0; step < steps; step += 1) next();
    spent += hostMs() - begun;
    walked += steps;
  }
  return (spent / walked) * 1000;
}

/** µs for each instant when nothing is known of the zone yet, opening included; every round takes new zones. */
function firstYearCost(open, round) {
  const first = (round * FRESH) % (NEW_ZONES.length - FRESH);
  const zones = NEW_ZONES.slice(first, first + FRESH);
  const begun = hostMs();
  for (const timezone of zones) {
    const next = open('30 2 * * *', timezone);
    for (let day = 0; day < 365; day += 1) next();
  }
  return ((hostMs() - begun) / zones.length / 365) * 1000;
}

/** µs from the expression to its first instant. */
function compileCost(open, atLeast) {
  let opened = 0;
  const begun = hostMs();
  for (; hostMs() - begun < atLeast; opened += 1) open('30 2 * * *', 'America/New_York')();
  return ((hostMs() - begun) / opened) * 1000;
}

/** The first round only warms up. */
function compare(rounds, measure) {
  const samples = Object.fromEntries(Object.keys(LIBRARIES).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, open] of Object.entries(LIBRARIES)) {
      const micros = measure(open, round);
      if (round > 0) samples[name].push(micros);
    }
  }
  const brief = Object.entries(samples).map(([name, values]) => `${name} ${show(median(values))}`);
  process.stderr.write(`  µs: ${brief.join('  ')}\n`);
  return samples;
}

/** Cheap wrong answers are no comparison: how many of a walk differ is told beside the figures. */
function disagreements(label, expression, timezone, steps) {
  const walk = (name) => {
    const next = LIBRARIES[name](expression, timezone);
    return Array.from({ length: steps }, next);
  };
  const ours = walk('carillon');
  return Object.entries(PEERS).flatMap(([name, called]) => {
    const theirs = new Set(walk(name));
    const missing = ours.filter((at) => !theirs.has(at)).length;
    return missing === 0 ? [] : [`${label}: ${called} answers ${missing} of ${steps} instants otherwise.`];
  });
}

function row(label, samples, cheaper) {
  const best = (values) => Math.min(...Object.keys(PEERS).map((name) => values(name)));
  const ours = median(samples.carillon);
  const ratio = best((name) => median(samples[name])) / ours;
  const each = samples.carillon.map((our, round) => best((name) => samples[name][round]) / our);
  const target = `≤ ${DEAREST} µs${cheaper === undefined ? '' : `, ≥ ${cheaper} ×`}`;
  return {
    label,
    unit: 'µs',
    carillon: ours,
    ...Object.fromEntries(Object.keys(PEERS).map((name) => [name, median(samples[name])])),
    ratio,
    spread: [Math.min(...each), Math.max(...each)],
    target,
    met: ours <= DEAREST && (cheaper === undefined || ratio >= cheaper),
  };
}
