/** How long schedule files take to be checked, and a day of them to be simulated: whole processes, no server. */

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownRows } from '../lib/compare.mjs';
import { makeFolder, removeFolder } from '../lib/scratch.mjs';
import { hostMs } from '../lib/time.mjs';
import { CLI } from './files.mjs';

/** Five in a row, by the number of the schedule. */
const MIXED = [
  (n) => `cron: "${n % 60} ${n % 24} * * *"`,
  (n) => `cron: "*/${[5, 10, 15][n % 3]} * * * *"`,
  () => 'cron: "H H * * *"',
  (n) => `cron: "0 ${n % 24} * * MON-FRI"\n    jitter: 10m`,
  (n) => `every: ${1 + (n % 30)}m`,
];
/** Each has instants of its own, and many. */
const DENSE = [() => 'cron: "* * * * *"\n    jitter: 30s'];

export const title = 'Checking and simulating schedule files';

export async function run({ rounds, quick }) {
  process.stderr.write('checks\n');
  const folder = makeFolder();
  const [few, many] = quick ? [1_000, 2_000] : [10_000, 100_000];
  write(join(folder, 'mixed'), few, MIXED);
  write(join(folder, 'dense'), few, DENSE);
  write(join(folder, 'many'), many, MIXED);
  const of = {
    mixed: ['schedules', 'validate', 'mixed'],
    dense: ['schedules', 'validate', 'dense'],
    many: ['schedules', 'validate', 'many'],
    simulated: ['simulate', '--schedules', 'mixed', '--from', '2027-03-28T00:00:00Z', '--json'],
  };
  const raw = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const sample = {};
      for (const [name, words] of Object.entries(of)) sample[name] = await seconds(words, folder);
      raw.push(sample);
    }
  } finally {
    removeFolder(folder);
  }
  const told = (count) => count.toLocaleString('en-US');
  const row = ownRows(raw);
  const rows = [
    row(`validate, ${told(few)} schedules`, 'mixed', 's', 2),
    row(`validate, ${told(few)} of every minute with jitter`, 'dense', 's'),
    row(`validate, ${told(many)} schedules`, 'many', 's', 30),
    row(`simulate a day of ${told(few)} schedules`, 'simulated', 's'),
  ];
  const notes = ['Seconds from spawn to exit, warnings included; the files are read in a thread.'];
  return { rows, raw, notes };
}

function write(directory, count, forms) {
  mkdirSync(directory);
  const lines = ['version: 1', 'defaults: { timezone: Europe/Berlin }', 'schedules:'];
  for (let n = 0; n < count; n += 1) {
    lines.push(
      `  s${n}:`,
      `    handler: h${n % 50}`,
      `    ${forms[n % forms.length](n)}`,
      `    payload: { n: ${n} }`,
    );
  }
  writeFileSync(join(directory, 'all.yaml'), `${lines.join('\n')}\n`);
}

function seconds(words, cwd) {
  const begun = hostMs();
  const child = spawn(process.execPath, [CLI, ...words], { cwd, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0
        ? resolve((hostMs() - begun) / 1000)
        : reject(new Error(`${words.join(' ')} ended with ${code}`)),
    );
  });
}
