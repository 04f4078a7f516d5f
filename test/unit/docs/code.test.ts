/** Blocks of pages that no test executes: TypeScript compiles, shells, JSON and YAML read them. */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { compiled } from '../../support/compiled.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Tests of their own run every program of these, or made them. */
const EXECUTED =
  /^(README|docs\/(built-in-handlers|flows|recipes|schedules|start|testing|typescript|validate))\.md$/;

const blocks = ['', 'docs', 'docs/coming-from', 'docker', 'bench', 'examples']
  .flatMap((folder) => readdirSync(`${ROOT}${folder}`).map((name) => `${folder}${folder && '/'}${name}`))
  .filter((path) => path.endsWith('.md'))
  .flatMap((page) =>
    [...readFileSync(`${ROOT}${page}`, 'utf8').matchAll(/^```(\w*)[^\n]*\n(.*?)^```$/gms)].map(
      ([, language = '', text = '']) => ({ page, language, text }),
    ),
  );
const of = (...languages: string[]) => blocks.filter(({ language }) => languages.includes(language));

/** What a reader of these pages has before a block begins. */
const BEFORE = `
import { Client, Worker, type Handlers } from 'carillon';
declare const client: Client;
declare const handlers: Handlers;
declare const pages: string[];
`;
/** Others' packages, which are not installed here. */
const OTHERS = "declare module 'bullmq';\n";

function typescript(text: string): string {
  const imported = new Set(
    [...text.matchAll(/^import \{ (.*?) \} from 'carillon'/gm)].flatMap(([, names = '']) =>
      names.split(', '),
    ),
  );
  const before = BEFORE.replace(/^import \{ (.*?) \}/m, (_, names: string) => {
    const left = names.split(', ').filter((name) => !imported.has(name));
    return `import { ${left.join(', ')} }`;
  });
  return `${before}\n${text}\nexport {};\n`;
}

it('TypeScript compiles', { timeout: 120_000 }, () => {
  const checked = of('ts').filter(({ page }) => !EXECUTED.test(page));
  expect(checked.length).toBeGreaterThan(7);
  const files = checked.map(({ page, text }, n) => [
    `${page.replaceAll('/', '-')}-${n}.mts`,
    typescript(text),
  ]);
  expect(compiled({ ...Object.fromEntries(files), 'others.d.ts': OTHERS })).toBe('');
});

it('programs of the shell are read', () => {
  const checked = of('sh');
  expect(checked.length).toBeGreaterThan(45);
  for (const { page, text } of checked) {
    // `<pid>` stands for something to be filled in.
    const { status, stderr } = spawnSync('bash', ['-n'], {
      input: text.replace(/<[a-z ]+>/g, 'x'),
      encoding: 'utf8',
    });
    expect(status, `${page}: ${stderr}`).toBe(0);
  }
});

it('JSON and YAML are read', () => {
  expect(of('json').length).toBeGreaterThan(2);
  for (const { page, text } of of('json')) expect(() => JSON.parse(text), page).not.toThrow();
  // Pages on what is refused show it.
  const sound = of('yaml', 'yml').filter(
    ({ page }) => page !== 'docs/validate.md' && !page.startsWith('docs/coming-from'),
  );
  expect(sound.length).toBeGreaterThan(20);
  for (const { page, text } of sound)
    expect(
      parseAllDocuments(text).flatMap(({ errors }) => errors.map(String)),
      `${page}:\n${text}`,
    ).toEqual([]);
});
