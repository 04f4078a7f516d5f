/** The table a person reads, and the two files that keep it. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { show } from './stats.mjs';

const HERE = fileURLToPath(new URL('..', import.meta.url));

/** `peers`: the keys of a row that hold the others' values, with their headings. */
export function table({ rows, peers = { bullmq: 'BullMQ' } }) {
  if (rows.some((row) => row.before !== undefined)) peers = { before: 'before', ...peers };
  const names = Object.values(peers);
  const lines = [
    `| figure | unit | Carillon | ${names.join(' | ')} | times better (worst–best round) | target | met |`,
    `|---|---|---:|${names.map(() => '---:|').join('')}---|---|---|`,
  ];
  for (const row of rows) {
    const spread = row.spread.every(Number.isFinite) ? ` (${row.spread.map(show).join('–')})` : '';
    const met = row.met === null ? '' : row.met ? 'yes' : 'NO';
    const ratio = Number.isFinite(row.ratio) ? `${show(row.ratio)} ×${spread}` : '–';
    const values = ['carillon', ...Object.keys(peers)].map((side) => show(row[side])).join(' | ');
    lines.push(`| ${row.label} | ${row.unit} | ${values} | ${ratio} | ${row.target} | ${met} |`);
  }
  return lines.join('\n');
}

/** Writes bench/results/<date>-<name>.json and .md; answers the path without its ending. */
export function save(name, result) {
  mkdirSync(`${HERE}results`, { recursive: true });
  const stem = `${HERE}results/${result.date.slice(0, 10)}-${name}`;
  writeFileSync(`${stem}.json`, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(`${stem}.md`, markdown(name, result));
  const biome = `${HERE}../node_modules/.bin/biome`;
  if (existsSync(biome))
    execFileSync(biome, ['format', '--write', `${stem}.json`, `${stem}.md`], {
      cwd: `${HERE}..`,
      stdio: 'ignore',
    });
  return stem;
}

function markdown(name, { date, command, machine, figures }) {
  const parts = [`# ${name}, ${date}`, '', `\`${command}\``, ''];
  parts.push(
    ...Object.entries(machine).map(([key, value]) => `- ${key}: ${value}`),
    '',
    'Medians of interleaved rounds; a shared machine shifts absolute figures, ratios much less.',
  );
  for (const figure of figures) {
    parts.push('', `## ${figure.title}`, '', table(figure));
    for (const note of figure.notes) parts.push('', note);
    parts.push(
      '',
      `Load average before: ${figure.loadBefore.join(' ')}; after: ${figure.loadAfter.join(' ')}.`,
    );
  }
  return `${parts.join('\n')}\n`;
}
