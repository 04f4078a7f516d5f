/** What is said of each file in messages/, word by word: said.txt holds it; `UPDATE_DOCS=1` writes it anew, to be read. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { warningLine } from '../../../src/cli/findings.js';
import { WARNINGS } from '../../../src/domain/input/warnings.js';
import { loadTexts } from '../../../src/files/load.js';

const DIRECTORY = fileURLToPath(new URL('./messages/', import.meta.url));
const EXPECTED = `${DIRECTORY}said.txt`;
const NOW = Date.UTC(2026, 10, 28, 18);

const files = readdirSync(DIRECTORY)
  .filter((name) => name.endsWith('.yaml.txt'))
  .map((name) => name.replace(/\.txt$/, ''))
  .sort();

function said(name: string): string {
  const text = readFileSync(`${DIRECTORY}${name}.txt`, 'utf8');
  const handlers = { module: 'handlers.ts', names: ['known'] };
  const options = { env: {}, environment: 'production', now: NOW, thorough: true, handlers };
  const { problems, warnings } = loadTexts([{ path: name, text }], options);
  const lines = [
    ...problems.map(({ pointer, detail }) => `${pointer}: ${detail}`),
    ...warnings.map(warningLine),
  ];
  return lines.join('\n');
}

it('says all of it, and nothing else', () => {
  const all = files.map((name) => `${said(name)}\n`).join('\n');
  if (process.env['UPDATE_DOCS']) writeFileSync(EXPECTED, all);
  expect(all).toBe(readFileSync(EXPECTED, 'utf8'));
});

describe('each file', () => {
  it.each(files)('%s is told what to change, with its place', (name) => {
    const lines = said(name).split('\n');
    for (const line of lines) expect(line).toMatch(new RegExp(`^${name}:\\d+:\\d+: .{20,}`));
    // Nothing is left in the parser's own words.
    expect(lines.join('\n')).not.toMatch(/implicit|flow (map|seq)|scalar|token|\bnode\b/i);
  });
});

describe('the table of warnings', () => {
  it.each(Object.entries(WARNINGS))(
    '%s says what, why and how to mend it, a sentence each',
    (_code, kind) => {
      for (const sentence of [kind.what, kind.why, kind.mend]) expect(sentence).toMatch(/^\S.*[.]$/);
    },
  );
});
