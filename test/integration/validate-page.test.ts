/**
 * docs/validate.md holds no example that is not true: its files are written, its commands run in real processes, and what
 * they print is what stands there; its table of warnings is that of the code. `UPDATE_DOCS=1` writes them anew.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { WARNINGS } from '../../src/domain/input/warnings.js';
import { Processes } from '../support/processes.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILE = join(ROOT, 'docs/validate.md');
const BLOCK = /^```(\w+)(?: (\S+))?\n(.*?)^```$/gms;
const TABLE = /(?<=^<!-- warnings -->\n\n).*?(?=\n\n## )/ms;

const processes = new Processes();
const directories: string[] = [];
afterAll(async () => {
  await processes.stopAll();
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** An empty place in which `carillon` can be imported. */
function place(): string {
  const directory = mkdtempSync(join(tmpdir(), 'carillon-page-'));
  directories.push(directory);
  mkdirSync(join(directory, 'node_modules'));
  mkdirSync(join(directory, 'schedules'));
  symlinkSync(ROOT, join(directory, 'node_modules/carillon'));
  return directory;
}

/** What a person at a shell sees of one line: notices first, as they come first. */
async function printed(line: string, cwd: string): Promise<string> {
  const [, words = '', target] = /^\$ carillon (.*?)(?: > (\S+))?$/.exec(line) ?? [];
  const { stdout, stderr } = await processes.run(words.split(' '), { cwd });
  if (target === undefined) return stderr + stdout;
  writeFileSync(join(cwd, target), stdout);
  return stderr;
}

const warnings = (): string =>
  [
    '| code | what | why | what to write instead |',
    '| --- | --- | --- | --- |',
    ...Object.entries(WARNINGS).map(
      ([code, { what, why, mend }]) => `| \`${code}\` | ${what} | ${why} | ${mend} |`,
    ),
  ].join('\n');

it('docs/validate.md is true', { timeout: 60_000 }, async () => {
  const page = readFileSync(FILE, 'utf8');
  let made = '';
  let told = 0;
  let commands = 0;
  // A command ends an example: what is written behind it begins the next one.
  let cwd: string | undefined;
  for (const { 0: block, 1: kind, 2: name, 3: text = '', index } of page.matchAll(BLOCK)) {
    made += page.slice(told, index);
    told = index + block.length;
    if (name !== undefined) {
      cwd ??= place();
      writeFileSync(join(cwd, name), text);
    }
    if (kind === 'console') {
      const [line = ''] = text.split('\n');
      const said = await printed(line, cwd ?? place());
      made += `\`\`\`console\n${line}\n${said}\`\`\``;
      commands += 1;
      cwd = undefined;
    } else made += block;
  }
  made = (made + page.slice(told)).replace(TABLE, warnings);
  if (process.env['UPDATE_DOCS']) writeFileSync(FILE, made);
  expect(made).toBe(page);
  expect(commands).toBeGreaterThan(6);
});
