/** Every file that docs/architecture.md and docs/leadership.md point to is there: a move takes the page along. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PAGES = ['docs/architecture.md', 'docs/leadership.md'];

/** Full paths in backquotes, and links of the page itself; `<verb>` and `*` stand for several. */
function pathsIn(text: string): string[] {
  const quoted = [...text.matchAll(/`((?:src|lua|test|docs|web)\/[^`\s]*)`/g)].map(([, path]) => path ?? '');
  const linked = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => `docs/${path}`);
  return [...quoted, ...linked].filter((path) => !/[<*]/.test(path));
}

const names = new Set(
  ['src', 'lua'].flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' }).map((path) =>
      path.split('/').at(-1),
    ),
  ),
);

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(`${ROOT}${page}`, 'utf8');

  it('points to files that are there', () => {
    const paths = pathsIn(text);
    expect(paths.length).toBeGreaterThan(1);
    expect(paths.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  });

  it('names files that are there', () => {
    const named = [...text.matchAll(/`([a-z][a-z-]*\.(?:ts|lua))`/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });
});
