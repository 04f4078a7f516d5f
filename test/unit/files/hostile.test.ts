/** Files that were made to fill the memory, the stack or the time of whoever reads them: each is refused, at once and in words. */

import { describe, expect, test } from 'vitest';
import { packFiles } from '../../../src/files/file-set.js';
import { importTexts } from '../../../src/files/import/formats.js';
import { loadTexts } from '../../../src/files/load.js';
import { variablesIn } from '../../../src/files/substitute.js';

const VARIABLE = `$${'{A}'}`;
const NOW = Date.UTC(2026, 10, 28, 18);

function problemsOf(text: string, env: Record<string, string> = {}): string[] {
  const { problems } = loadTexts([{ path: 'a.yaml', text }], { env, now: NOW });
  return problems.map(({ pointer, detail }) => `${pointer} ${detail}`);
}

const lines = (many: number, line: (index: number) => string): string =>
  Array.from({ length: many }, (_, index) => line(index)).join('\n');

const DEEP: [string, string][] = [
  ['brackets', '['.repeat(5_000)],
  ['brackets that are closed', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
  ['a whole body of brackets', '['.repeat(2_000_000)],
  ['maps', '{a: '.repeat(5_000)],
  ['lists', '- '.repeat(500_000)],
  ['keys with a question mark', '? '.repeat(5_000)],
  ['indented keys', lines(2_000, (depth) => `${' '.repeat(depth)}a:`)],
];

describe('deeper than anybody writes', () => {
  test.each(DEEP)('%s are refused where they become too deep', (_name, text) => {
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^a\.yaml:\d+:\d+ lists and mappings stand in each other more than 200 levels/),
    ]);
  });

  test.each(DEEP)('%s are refused by an import, too', (_name, text) => {
    const sources = [{ path: 'a.yaml', text }];
    expect(() => importTexts('k8s', sources, { now: NOW })).toThrow(/is no valid YAML/);
  });

  test('a hundred levels are read', () => {
    const payload = `${'['.repeat(100)}1${']'.repeat(100)}`;
    expect(
      problemsOf(`version: 1\nschedules: { a: { handler: x, every: 1h, payload: ${payload} } }`),
    ).toEqual([]);
  });
});

describe('more than is written', () => {
  const expanded = /what aliases and variables stand for would fill the memory/;

  test('an alias that holds itself', () => {
    expect(problemsOf('a: &a [*a, *a]')).toEqual([expect.stringMatching(expanded)]);
  });

  test('a few aliases of one large list', () => {
    const large = `[${'1,'.repeat(200_000)}1]`;
    const text = `version: 1\na: &a ${large}\nb: [${Array(99).fill('*a').join(',')}]`;
    expect(problemsOf(text)).toEqual([expect.stringMatching(expanded)]);
  });

  test('a variable that stands in many places', () => {
    const text = `version: 1\na: [${`"${VARIABLE}",`.repeat(1_000)}]`;
    expect(problemsOf(text, { A: 'x'.repeat(1_000_000) })).toEqual([expect.stringMatching(expanded)]);
  });

  test('variables that are never closed are read once', () => {
    const text = '${A:-'.repeat(200_000);
    expect(variablesIn(text)).toEqual([]);
    expect(variablesIn(`${text}}`)).toEqual(['A']);
    expect(problemsOf(`version: 1\nsource: "${text}$\${"`)).toEqual([
      expect.stringMatching(/source: must be/),
    ]);
  });
});

test('of many problems in files that were sent the first thousand are told, and how many others there are', async () => {
  const text = `version: 1\nschedules:\n${lines(3_000, (index) => `  s${index}: { handler: x }`)}`;
  const { problems, packed } = await packFiles([{ path: 'a.yaml', text }], { env: {}, now: NOW });
  expect(packed).toBeNull();
  expect(problems).toHaveLength(1_001);
  expect(problems.at(-1)?.detail).toMatch(/2000 others are not/);
});

describe('foreign files', () => {
  const repeated = (text: string, many = 20_000): string => text.repeat(many);
  const into = (format: Parameters<typeof importTexts>[0], path: string, text: string) => (): unknown =>
    importTexts(format, [{ path, text }], { now: NOW }).report;

  test.each([
    ['elements in each other', 'a.xml', repeated('<a>') + repeated('</a>'), /is no valid XML/],
    ['annotations in each other', 'A.java', repeated('@Scheduled('), /The code cannot be read/],
    ['triggers in each other', 'A.java', repeated('newTrigger().'), /The code cannot be read/],
  ])('%s are refused', (_name, path, text, expected) => {
    expect(into('quartz', path, text)).toThrow(expected);
  });

  test('thousands of annotations are read, each with its method', () => {
    const text = `class A {\n${lines(2_000, (index) => `@Scheduled(fixedRate = 1000) @Deprecated() void f${index}() {}`)}\n}`;
    const { file } = importTexts('quartz', [{ path: 'A.java', text }], { now: NOW });
    expect(file).toContain('A.f1999');
  });

  test('annotations without a method are read', () => {
    expect(into('quartz', 'A.java', repeated('@Scheduled(fixedRate = 1000)\n', 3_000))()).toHaveLength(2);
  });

  test.each([
    ['sums', repeated('1+')],
    ['texts that are added', repeated('"a"+')],
    ['signs', repeated('-')],
    ['brackets', repeated('[')],
  ])('%s without an end leave no more than a remark', (_name, code) => {
    const text = `app.conf.beat_schedule = {"a": {"task": "x", "schedule": ${code}1}}\n`;
    expect(() => {
      into('celery', 'a.py', text)();
    }).not.toThrow(RangeError);
  });

  test('blanks in an expression of EventBridge', () => {
    const text = `[{"Name":"a","ScheduleExpression":"cron(${repeated(' ')}x"}]`;
    expect(into('eventbridge', 'a.json', text)()).toEqual([
      expect.objectContaining({ kind: 'refused', text: expect.stringMatching(/is neither cron/) }),
    ]);
  });
});
