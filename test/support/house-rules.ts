/** The house rules (CONTRIBUTING.md) as functions: each answers what is wrong with one file, in words. */

import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { importsOf, luaPieces, type Pieces, type Source, typescriptPieces, wordsOf } from './source-text.js';

/**
 * An area is a folder below src/, or a file directly in it; src/store/contract/ is an area of its own, which knows
 * no Redis. What each may import besides itself.
 */
const AREAS: Record<string, readonly string[]> = {
  types: [],
  setup: [],
  domain: [],
  runtime: ['domain'],
  embedded: ['domain', 'runtime'],
  'store contract': ['domain', 'runtime'],
  telemetry: ['domain', 'runtime', 'store contract'],
  store: ['domain', 'runtime', 'store contract'],
  tasks: ['domain', 'runtime', 'store contract', 'telemetry'],
  schedules: ['domain', 'runtime', 'store contract', 'telemetry'],
  sets: ['domain', 'runtime', 'store contract', 'schedules'],
  audit: ['domain', 'runtime', 'store contract'],
  alerts: ['domain', 'runtime', 'store contract', 'tasks', 'schedules', 'sets'],
  outward: ['domain', 'runtime', 'store contract', 'alerts', 'builtin', 'worker'],
  operations: ['domain', 'runtime', 'store contract', 'tasks', 'schedules'],
  overviews: ['domain', 'runtime', 'store contract', 'tasks', 'schedules'],
  stats: ['domain', 'runtime', 'store contract'],
  election: ['domain', 'runtime', 'store contract'],
  scheduler: ['domain', 'runtime', 'store contract', 'tasks', 'schedules', 'sets', 'operations'],
  'connect.ts': ['domain', 'runtime', 'store contract', 'store', 'stats'],
  worker: ['domain', 'runtime', 'store contract', 'telemetry', 'tasks', 'schedules', 'connect.ts'],
  builtin: ['domain', 'runtime', 'worker'],
  api: [
    'domain',
    'runtime',
    'store contract',
    'telemetry',
    'tasks',
    'schedules',
    'sets',
    'alerts',
    'operations',
    'audit',
    'overviews',
    'stats',
  ],
  files: ['domain', 'runtime', 'store contract', 'tasks', 'schedules', 'sets'],
  client: [
    'domain',
    'runtime',
    'store contract',
    'tasks',
    'schedules',
    'operations',
    'audit',
    'overviews',
    'stats',
    'connect.ts',
  ],
  testing: ['domain', 'runtime', 'store contract'],
};

/** The composition roots: they may import every area. */
const ROOTS = ['node', 'cli', 'index.ts'];

/** Which files may import a package. */
const PACKAGES: Record<string, RegExp> = {
  'cron-parser': /^src\/domain\/spec\/[^/]+$/,
  luxon: /^src\/domain\/spec\/[^/]+$/,
  ioredis: /^src\/(store\/redis|election|types)\//,
  redlock: /^src\/(election|types)\//,
  pino: /^src\/runtime\/log[^/]*$/,
  fastify: /^src\/api\//,
  cookie: /^src\/api\//,
  yaml: /^src\/files\//,
  commander: /^src\/cli\//,
  chokidar: /^src\/(files|node)\//,
  jiti: /^src\/(files|node)\//,
  '@opentelemetry/api': /^src\/telemetry\//,
  'prom-client': /^src\/telemetry\//,
};

/** Areas whose files do no I/O at all, and so need nothing of Node. */
const PURE = ['domain'];

export function importProblems(source: Source): string[] {
  const area = areaOf(source.path);
  return importsOf(source.text).flatMap((specifier) => {
    const why = specifier.startsWith('.')
      ? relativeProblem(area, join(dirname(source.path), specifier))
      : packageProblem(area, source.path, specifier);
    return why ? [`${source.path} imports ${specifier}: ${why}`] : [];
  });
}

function areaOf(path: string): string {
  return /^src\/store\/contract\//.test(path) ? 'store contract' : (path.split('/')[1] ?? '');
}

function relativeProblem(area: string, target: string): string | null {
  const path = normalize(target).replace(/\.js$/, '.ts');
  if (!path.startsWith('src/')) {
    return path === 'package.json' ? null : 'outside src/';
  }
  const other = areaOf(path);
  if (other === area || ROOTS.includes(area)) return null;
  const allowed = AREAS[area];
  if (!allowed) return `no rule says what ${area} may import`;
  if (allowed.includes(other)) return null;
  return `${area} may import ${allowed.join(', ') || 'nothing'} only`;
}

function packageProblem(area: string, path: string, specifier: string): string | null {
  if (specifier.startsWith('node:')) return PURE.includes(area) ? `${area} does no I/O` : null;
  if (builtinModules.includes(specifier)) return 'write node: before it';
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const allowed = PACKAGES[name];
  if (!allowed) return 'no rule allows this package';
  return allowed.test(path) ? null : `only ${allowed.source} may`;
}

/** Time and chance come from src/runtime/ as arguments; the set-up runs before there is a src/runtime/. */
const CLOCK_AREAS = ['runtime', 'testing', 'setup'];

const CLOCK_USES: Record<string, RegExp> = {
  'the wall clock':
    /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?![\s\w(]))|(?<!new\s)(?<![\w.])Date\s*\(/g,
  'the monotonic clock': /\bperformance\s*\.\s*now\b|\bhrtime\b/g,
  'a timer': /\b(?:setTimeout|setInterval)\b|\bAbortSignal\s*\.\s*timeout\b/g,
  randomness: /\bMath\s*\.\s*random\b|\brandom(?:UUID|Bytes|Int)\b|\bgetRandomValues\b/g,
};

export function clockProblems(source: Source): string[] {
  if (CLOCK_AREAS.includes(areaOf(source.path))) return [];
  const { code } = typescriptPieces(source.text);
  const uses = Object.entries(CLOCK_USES).flatMap(([what, pattern]) =>
    [...code.matchAll(pattern)].map((match) => `${source.path} uses ${what} (${match[0].trim()})`),
  );
  // Whoever made one of their own would mix the times of two masters in it.
  if (!source.path.startsWith('src/store/redis/') && /\bRedisClock\b/.test(code)) {
    uses.push(`${source.path} uses a clock that only the store feeds (RedisClock)`);
  }
  const timers = importsOf(source.text).filter((specifier) => specifier.startsWith('node:timers'));
  return [...uses, ...timers.map((specifier) => `${source.path} uses a timer (${specifier})`)];
}

/** Sizes are multiples of `MIB`, and bounds that several places keep stand in one. */
const SIZES = 'src/domain/input/sizes.ts';

export function sizeProblems({ path, text }: Source): string[] {
  if (path === SIZES || !path.endsWith('.ts')) return [];
  const written = text.match(/1024 \* 1024|\b1_?048_?576\b|\b\d+ << 20\b/g) ?? [];
  return written.map((size) => `${path} writes ${size}: take MIB of ${SIZES}`);
}

/** Glossary, "not used as identifiers". */
const UNUSED_WORDS = new Set([
  'job',
  'jobs',
  'pending',
  'active',
  'stalled',
  'epoch',
  'util',
  'utils',
  'helper',
  'helpers',
  'manager',
  'managers',
]);

/** Where files of other systems are read, strings are the words of those. */
const FOREIGN_WORDS = 'src/files/import/';

/** What OpenTelemetry calls the context under way. */
const FOREIGN_NAME = /\bcontext\.active\(\)/g;

/** Names in code, the file's own name, and strings that are one word (states, keys, event names). */
export function wordProblems(source: Source): string[] {
  const { code, strings } = piecesOf(source);
  const names = new Set([
    ...(code.replace(FOREIGN_NAME, '').match(/[A-Za-z_$#][\w$]*/g) ?? []),
    ...(source.path.startsWith(FOREIGN_WORDS) ? [] : strings).filter(
      (text) => /^[A-Za-z_:-]+$/.test(text) && !text.startsWith('node:'),
    ),
    ...source.path.split('/'),
  ]);
  const bad = [...names].filter((name) => wordsOf(name).some((word) => UNUSED_WORDS.has(word)));
  const promise = /exactly[- ]?once/i.exec(source.text)?.[0];
  return [...bad, ...(promise ? [promise] : [])].map((name) => `${source.path} uses the word "${name}"`);
}

function piecesOf(source: Source): Pieces {
  return source.path.endsWith('.lua') ? luaPieces(source.text) : typescriptPieces(source.text);
}

export const LONGEST_FILE = 300;

export function lengthProblems(source: Source): string[] {
  const lines = source.text.replace(/\n$/, '').split('\n').length;
  return lines > LONGEST_FILE ? [`${source.path} has ${lines} lines, more than ${LONGEST_FILE}`] : [];
}

/** A file opens with one sentence saying what it is for. */
export function openingProblems(source: Source): string[] {
  const opens = source.path.endsWith('.lua')
    ? /^(#!lua[^\n]*\n)?-- \S/
    : /^(#![^\n]*\n)?\/\*\* ?\S|^\/\*\*\n \* \S/;
  return opens.test(source.text)
    ? []
    : [`${source.path} does not open with a sentence saying what it is for`];
}
