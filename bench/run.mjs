#!/usr/bin/env node
/** `node bench/run.mjs <figure …|all>`: measures Carillon beside its peers and writes bench/results/. */

import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { machine, prepare } from './lib/setup.mjs';

const FIGURES = [
  'backlog',
  'bulk',
  'callers',
  'payloads',
  'failing',
  'keyed',
  'memory',
  'rest',
  'lateness',
  'stampede',
  'idle',
  'queues',
  'calendar',
  'answers',
  'startup',
  'files',
  'repository',
  'checks',
  'plan',
  'firing',
  'runs',
  'http',
  'reads',
  'ledger',
  'features',
  'rollups',
  'telemetry',
  'page',
];
const HELP = `Example: node bench/run.mjs backlog

Figures: ${FIGURES.join(' ')}, or all
  --quick        small counts, one round, nothing saved: does it still run?
  --rounds <n>   rounds A B A B … (default 5)
  --side <name>  carillon or bullmq alone, nothing saved (calendar: always all three)
  --before <dir> an earlier checkout, built, measured in the same rounds (its dist/)
  --slots <n>    of backlog only the settings with that many slots a worker
  --aof          Redis with AOF, fsync every second, for both sides
  --no-build     measure dist/ as it is
`;

const { values, positionals } = readArguments();
const names = positionals.includes('all') ? FIGURES : positionals;
const unknown = names.filter((name) => !FIGURES.includes(name));
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
const sides = values.side ? [values.side] : ['carillon', 'bullmq'];
if (values.before && !values.side) {
  process.env.BENCH_BEFORE = resolve(values.before);
  sides.splice(1, 0, 'before');
}
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (names.length === 0 || unknown.length > 0)
  refuse(`Unknown figure: ${unknown.join(' ') || '(none given)'}`);
if (!Number.isInteger(rounds) || rounds < 1) refuse(`--rounds takes a whole number, not ${values.rounds}`);
if (!['carillon', 'bullmq'].includes(sides[0])) refuse(`--side takes carillon or bullmq, not ${values.side}`);

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
prepare({ build: !values['no-build'] && sides.includes('carillon') });
const { startRedis } = await import('./lib/redis.mjs');
const { save, table } = await import('./lib/report.mjs');

const options = { rounds, sides, quick: values.quick, aof: values.aof, slots: values.slots };
const base = {
  date: new Date().toISOString(),
  command: ['node bench/run.mjs', ...process.argv.slice(2)].join(' '),
  machine: machine(await redisVersion()),
};
if (loadavg()[0] > 0.5 && !values.quick) {
  process.stderr.write(`This machine is busy (load ${load().join(' ')}): trust CPU per task, not rates.\n`);
}
const figures = [];
let failed = false;
let kept;
for (const name of names) {
  const { run, title } = await import(`./figures/${name}.mjs`);
  const loadBefore = load();
  try {
    const result = await run(options);
    const figure = { name, title, loadBefore, loadAfter: load(), ...result };
    figures.push(figure);
    process.stdout.write(
      `\n## ${title}\n\n${table(figure)}\n${figure.notes.map((n) => `\n${n}\n`).join('')}\n`,
    );
    if (!values.quick && !values.side) kept = save(resultName(), { ...base, figures });
  } catch (error) {
    failed = true;
    process.stderr.write(`${name}: ${error?.stack ?? error}\n`);
  }
}
if (kept) process.stdout.write(`Kept: ${kept}.md\n`);
const missed = !values.quick && figures.some(({ rows }) => rows.some(({ met }) => met === false));
process.exit(failed || missed ? 1 : 0);

/** One run, one result: written after each figure, so that an interrupted run keeps what it has. */
function resultName() {
  const name = names.length === FIGURES.length ? 'all' : names.join('-');
  return [name, values.slots && `${values.slots}-slots`, values.aof && 'aof'].filter(Boolean).join('-');
}

function load() {
  return loadavg().map((value) => Number(value.toFixed(2)));
}

async function redisVersion() {
  const redis = await startRedis();
  const version = await redis.version();
  await redis.stop();
  return version;
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        before: { type: 'string' },
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        side: { type: 'string' },
        aof: { type: 'boolean', default: false },
        slots: { type: 'string' },
        'no-build': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    refuse(error.message);
  }
}

function refuse(message) {
  process.stderr.write(`${message}\n\n${HELP}`);
  process.exit(2);
}
