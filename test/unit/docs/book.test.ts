/** The book: its index names every page, links lead somewhere, commands and flags that pages show are there. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS, LATER } from '../../../src/cli/commands.js';
import { createOutput } from '../../../src/cli/output.js';
import { ERRORS } from '../../../src/domain/input/errors.js';
import { loadTexts } from '../../../src/files/load.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Markdown for people who use Carillon: what is decided, and what was measured, is for others. */
const PAGES = ['', 'docs', 'examples', 'docker', 'bench']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: folder !== '', encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((path) => path.endsWith('.md') && !/node_modules|^bench\/results/.test(path))
  .sort();
/** Without the blocks, in which nothing is a link. */
const prose = (text: string): string => text.replace(/^```.*?^```$/gms, '');

/** As GitHub names the headings of a page. */
function anchors(text: string): string[] {
  return [...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  it('links to what is there', () => {
    const broken = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^(https?|mailto):/.test(link))
      .filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
        if (!existsSync(target)) return true;
        if (anchor === undefined) return false;
        const file = statSync(target).isDirectory() ? join(target, 'README.md') : target;
        return !anchors(readFileSync(file, 'utf8')).includes(anchor);
      });
    expect(broken).toEqual([]);
  });
});

it('the index names every page, and every page once', () => {
  const index = read('docs/README.md');
  const linked = [...index.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
  const known = linked;
  const pages = PAGES.filter(
    (page) => /^docs\/(coming-from\/)?[^/]+\.md$/.test(page) && page !== 'docs/README.md',
  );
  expect(pages.map((page) => relative('docs', page)).filter((page) => !known.includes(page))).toEqual([]);
  expect(new Set(linked).size).toBe(linked.length);
});

it('each page says whom it is for', () => {
  const pages = PAGES.filter((page) =>
    /^(docs|docker|examples|bench)\/(coming-from\/)?[^/]+\.md$/.test(page),
  );
  expect(pages.length).toBeGreaterThan(25);
  expect(pages.filter((page) => !/^# .*\n\nFor (whoever|a team) /.test(read(page)))).toEqual([]);
});

it('no page says a thing twice', () => {
  // Two branches that change one line leave both behind where they are joined line by line.
  const doubled = PAGES.flatMap((page) => {
    const lines = prose(read(page))
      .split('\n')
      .map((line) => line.slice(0, 60))
      .filter((line) => line.length === 60 && !line.startsWith('|'));
    return lines.filter((line, at) => lines.indexOf(line) !== at).map((line) => `${page}: ${line}`);
  });
  expect(doubled).toEqual([]);
});

it('every package that is installed has its reason', () => {
  const reasons = read('docs/dependencies.md');
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  for (const kind of ['dependencies', 'devDependencies']) {
    const names = Object.keys(manifest[kind] ?? {});
    expect(names).toEqual([...names].sort());
    expect(names.filter((name) => !reasons.includes(name.replace('@opentelemetry/', '')))).toEqual([]);
  }
});

describe('what pages tell people to type', () => {
  const stream = { write: () => true };
  const surroundings = { env: {}, directory: '.', output: createOutput(stream, stream), version: '0' };
  const made = new Map<string, Command>();
  beforeAll(async () => {
    for (const [name, { load }] of Object.entries(COMMANDS)) made.set(name, (await load())(surroundings));
  });

  /** In blocks and in backquotes; of a line the part that is ours, without redirections, comments and other commands. */
  function commandsIn(text: string): string[] {
    const blocks = [...text.matchAll(/^```(\S*)[^\n]*\n(.*?)^```$/gms)].flatMap(
      ([, language = '', block = '']) => (['', 'sh', 'console'].includes(language) ? block.split('\n') : []),
    );
    const quoted = [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, one = '']) => one);
    return [...blocks, ...quoted].flatMap((line) => {
      const [, words] = /^(?:\$ )?(?:npx )?carillon (.*)$/.exec(line.trim()) ?? [];
      return words === undefined ? [] : [words.replace(/\s+(#|>|\||&|2>).*$/, '')];
    });
  }

  /** What is wrong with it, in words; `carillon tasks …` and the like stand for several. */
  function problemOf(line: string): string | null {
    const words = [...line.matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([word]) => word.replace(/[,.;:]$/, ''));
    const [first = '', second = ''] = words;
    if (/^(--version|--help|help|<|…|\[)/.test(first)) return null;
    let command = made.get(first);
    if (!command) return LATER['']?.includes(first) ? null : `no command ${first}`;
    if (command.commands.length > 0 && /^[a-z]/.test(second)) {
      const part = command.commands.find((one) => one.name() === second);
      if (!part && LATER[first]?.includes(second)) return null;
      if (!part && command.registeredArguments.length === 0) return `${first} has no ${second}`;
      command = part ?? command;
    }
    const known = ['--help', ...command.options.map(({ long }) => long)];
    const flags = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0] ?? word);
    const unknown = flags.filter(
      (flag) => /^--[a-z]/.test(flag) && !known.includes(flag.replace(/[)\]]+$/, '')),
    );
    return unknown.length === 0 ? null : `${first} ${second} has no ${unknown.join(', ')}`;
  }

  it('is there, with its flags', () => {
    const lines = PAGES.filter((page) => !/CHANGELOG|decisions/.test(page)).flatMap((page) =>
      commandsIn(read(page)).map((line) => ({ page, line })),
    );
    expect(lines.length).toBeGreaterThan(150);
    const wrong = lines
      .map(({ page, line }) => ({ page, line, problem: problemOf(line) }))
      .filter(({ problem }) => problem !== null);
    expect(wrong).toEqual([]);
  });

  it.each([
    ['tasks redrvie x', 'tasks has no redrvie'],
    ['doktor', 'no command doktor'],
    ['tasks list --statt dead', 'tasks list has no --statt'],
  ])('would be told: %s', (line, problem) => {
    expect(problemOf(line)).toBe(problem);
  });
});

describe('README.md', () => {
  const page = read('README.md');

  it('shows what commands say where that is played', () => {
    const played = ['schedules', 'schedule-files'].map((name) => read(`docs/${name}.md`)).join('\n');
    const shown = [...page.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block = '']) => block);
    expect(shown.map((block) => block.split(' ').slice(1, 4).join(' '))).toEqual([
      'carillon schedules explain',
      'carillon schedules plan',
    ]);
    for (const block of shown) expect(played).toContain(block);
  });

  it('its figures are those that were measured', () => {
    const results = ['30-backlog-idle-runs', '29-lateness', '30-memory-bulk-callers']
      .map((name) => read(`bench/results/2026-11-${name}.md`))
      .join('\n');
    const [, told = ''] = /## How fast\n\n(.*?)\n\n## /s.exec(page) ?? [];
    const [many, fewer, ours, theirs, small, large] =
      told.match(/\d[\d,.]*\d(?= (?:tasks|\(one|ms|bytes))|\b(?:24,529|841)\b/g) ?? [];
    expect([many, fewer]).toEqual(['191,206', '24,529']);
    expect(results).toContain(`| 1 worker × 100 | tasks/s | ${many} | ${fewer} |`);
    expect([Number(ours).toFixed(1), theirs]).toEqual(['4.6', '60']);
    expect(results).toMatch(/^\| p99 \| ms \| 4\.6\d \| 60\.\d \|/m);
    expect(results).toContain(`| 100,000 delayed tasks | B/task | ${small} | ${large} |`);
  });
});

describe.each([
  ['recipes', 6],
  ['testing', 2],
])('docs/%s.md', (name, fewest) => {
  const page = read(`docs/${name}.md`);

  it('shows what stands in the examples, word for word', () => {
    const parts = [...page.matchAll(/^<!-- from (\S+) -->\n\n```ts\n(.*?)^```$/gms)];
    expect(parts.length).toBeGreaterThanOrEqual(fewest);
    const trimmed = (text: string): string => text.replace(/^[ \t]+/gm, '');
    for (const [, file = '', block = ''] of parts) expect(trimmed(read(file))).toContain(trimmed(block));
    expect([...page.matchAll(/^```ts$/gm)].length).toBe(parts.length);
  });
});

describe('docs/recipes.md', () => {
  const page = read('docs/recipes.md');

  it('its schedule files are valid', () => {
    const files = [...page.matchAll(/^```yaml (\S+)\n(.*?)^```$/gms)];
    expect(files.length).toBeGreaterThan(1);
    for (const [, path = '', text = ''] of files)
      expect(loadTexts([{ path, text }], { env: {} })).toMatchObject({ problems: [], warnings: [] });
  });
});

describe('docs/troubleshooting.md', () => {
  const page = read('docs/troubleshooting.md');

  it('its exit codes are those of errors', () => {
    const codes = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    const known = new Set(Object.values(ERRORS).map(({ exit }) => exit));
    expect(codes.length).toBeGreaterThan(2);
    expect(codes.filter((code) => !known.has(code))).toEqual([]);
  });

  it('its statuses are those of errors', () => {
    const [, told = ''] = /Every refusal has a code(.*?)\n\n/s.exec(page) ?? [];
    const statuses = [...told.matchAll(/\b(\d{3}):/g)].map(([, status]) => Number(status));
    const known = new Set<number>(Object.values(ERRORS).map(({ status }) => status));
    expect(statuses.length).toBeGreaterThan(4);
    expect(statuses.filter((status) => !known.has(status))).toEqual([]);
  });
});
