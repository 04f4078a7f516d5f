/** site/pages.mjs: every link of a page leads to a page, whatever it led to in the repository, or the site is not made. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

interface Pages {
  writePages(root: string, into: string): string[];
  partsOf(root: string): { text: string; items: { text: string; link: string }[] }[];
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const { writePages, partsOf } = (await import(join(ROOT, 'site/pages.mjs'))) as Pages;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'carillon-site-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const links = (text: string): string[] =>
  [...text.replace(/^`{3,}.*?^`{3,}$|`[^`\n]+`/gms, '').matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, link = '']) => link,
  );

it('has a page for everything that its pages lead to, and its bar names pages', () => {
  const pages = writePages(ROOT, dir);
  expect(pages).toEqual(
    expect.arrayContaining(['index.md', 'docs/index.md', 'docs/start.md', 'docs/decisions/index.md']),
  );
  for (const page of pages) {
    const missing = links(readFileSync(join(dir, page), 'utf8'))
      .filter((link) => !/^(https?:|mailto:|#)/.test(link))
      .map((link) => link.split('#')[0] ?? '')
      .filter((link) => !existsSync(resolve(dir, dirname(page), link)));
    expect(missing, page).toEqual([]);
  }
  const parts = partsOf(ROOT);
  expect(parts.map(({ text }) => text)).toEqual([
    'Start',
    'Guides',
    'Operate',
    'Coming from',
    'Reference',
    'Why',
  ]);
  for (const { link } of parts.flatMap(({ items }) => items))
    expect(pages).toContain(`${link.slice(1)}${link.endsWith('/') ? 'index' : ''}.md`);
});

function repository(files: Record<string, string>): string {
  const root = join(dir, 'repository');
  for (const [name, text] of Object.entries({ 'docs/README.md': '', 'CHANGELOG.md': '', ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

it('shows sources and folders, leaves code alone, and takes remarks for tests out', () => {
  const text =
    '<!-- from a test -->\n\n[it](src/a.ts) and [all](src/)\n\n```md\n[x](nowhere)\n```\n\n`[y](nowhere)`\n';
  const pages = writePages(repository({ 'README.md': text, 'src/a.ts': 'const a = 1;' }), join(dir, 'pages'));
  expect(pages).toEqual(['CHANGELOG.md', 'docs/index.md', 'index.md', 'src/a.ts.md', 'src/index.md']);
  const index = readFileSync(join(dir, 'pages/index.md'), 'utf8');
  expect(index).toBe(
    text
      .replace('<!-- from a test -->\n\n', '')
      .replace('src/a.ts', './src/a.ts.md')
      .replace('(src/)', '(./src/index.md)'),
  );
  expect(readFileSync(join(dir, 'pages/src/a.ts.md'), 'utf8')).toBe(
    '# src/a.ts\n\n```ts\nconst a = 1;\n```\n',
  );
});

it('takes pictures along, as they are', () => {
  const root = repository({ 'README.md': '![it](docs/images/it.png)', 'docs/images/it.png': 'picture' });
  const pages = writePages(root, join(dir, 'pages'));
  expect(pages).toEqual(['CHANGELOG.md', 'docs/index.md', 'index.md']);
  expect(readFileSync(join(dir, 'pages/index.md'), 'utf8')).toBe('![it](./docs/images/it.png)');
  expect(readFileSync(join(dir, 'pages/docs/images/it.png'), 'utf8')).toBe('picture');
});

it('refuses links that lead nowhere, all at once, and out of the repository', () => {
  const root = repository({ 'README.md': '[a](missing.md) [b](docs/gone.md) [c](../other)' });
  expect(() => writePages(root, join(dir, 'pages'))).toThrow(
    /README\.md: missing\.md\nREADME\.md: docs\/gone\.md\nREADME\.md: \.\.\/other/,
  );
});
