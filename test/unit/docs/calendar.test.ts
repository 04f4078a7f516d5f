/** docs/calendar.md holds no example that is not true: each of them is run here. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatInstant, parseInstant } from '../../../src/domain/input/instants.js';
import { expand } from '../../../src/domain/schedule/expand.js';
import { loadSchedules } from '../../../src/files/load.js';
import { runNext } from '../../support/run-next.js';

const PAGE = readFileSync(new URL('../../../docs/calendar.md', import.meta.url), 'utf8');

/** More than this many examples are on the page; fewer found means that this test no longer reads it. */
const LEAST = 90;

interface Example {
  name: string;
  expected: string[];
  run(): Promise<string[]>;
}

const lines = (text: string): string[] => text.trimEnd().split('\n');
const wordsOf = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

/** What was printed, cut short where the page cuts it short with an ellipsis. */
const asShown = (printed: string[], page: readonly string[]): string[] =>
  printed.map((line, index) => {
    const shown = page[index] ?? '';
    return shown.endsWith('…') && line.startsWith(shown.slice(0, -1)) ? shown : line;
  });

/** ```console: `$ carillon next …`, then what it prints. */
function commandExamples(block: string): Example[] {
  return block
    .split(/^\$ carillon next /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...expected] = lines(part);
      const run = async () => {
        const { out, said } = await runNext(...wordsOf(command));
        return asShown([...out, ...said], expected);
      };
      return { name: command, expected, run };
    });
}

/** ```text after ```yaml: `<schedule> after <time>`, then its instants, with `due <time>` where jitter moves them. */
function scheduleExamples(file: string, block: string): Example[] {
  return block
    .trim()
    .split(/\n\n+/)
    .map((part) => {
      const [name = '', ...expected] = lines(part);
      const [, id, after = ''] = /^(\S+) after (\S+)$/.exec(name) ?? [];
      const run = async () => {
        const dir = mkdtempSync(join(tmpdir(), 'carillon-calendar-'));
        writeFileSync(join(dir, 'page.yaml'), file);
        const { schedules, problems } = await loadSchedules(dir, { env: {} });
        rmSync(dir, { recursive: true });
        expect(problems).toEqual([]);
        const found = schedules.find(({ definition }) => definition.id === id);
        if (!found) throw new Error(`no schedule ${id} in the file above`);
        const asked = expected.filter((line) => line !== 'no more').length;
        const from = parseInstant(after) ?? Number.NaN;
        const { occurrences, next } = expand(found.definition, from, Number.POSITIVE_INFINITY, asked);
        const shown = occurrences.map(({ nominal, due }) =>
          found.definition.jitter === undefined
            ? formatInstant(nominal)
            : `${formatInstant(nominal)} due ${formatInstant(due)}`,
        );
        return expected.at(-1) === 'no more' && next === null ? [...shown, 'no more'] : shown;
      };
      return { name, expected, run };
    });
}

/** A table whose first two columns are `expression | zone`, `expression | from` or `expression | the error says`. */
function rowExamples(head: string[], row: string[]): Example[] {
  const cell = (name: string): string | undefined => row[head.indexOf(name)]?.replace(/^`(.*)`$/, '$1');
  const expression = cell('expression');
  if (expression === undefined) return [];
  const [from, wanted, refusal] = [cell('from'), cell('next'), cell('the error says')];
  const flags = ['tz', 'gap', 'fold'].flatMap((name) => (cell(name) ? [`--${name}`, cell(name) ?? ''] : []));
  if (refusal !== undefined) {
    const run = async () => {
      const { code, out, said } = await runNext(expression);
      const [line = ''] = said;
      return code === 2 && out.length === 0 && line.includes(refusal) ? [refusal] : [line];
    };
    return [{ name: `"${expression}" is refused`, expected: [refusal], run }];
  }
  if (from === undefined || wanted === undefined)
    throw new Error(`a row that cannot be run: ${row.join(' | ')}`);
  const expected = wanted.split(/[ ,`]+/).filter(Boolean);
  const run = async () => {
    const { out, said } = await runNext(
      expression,
      ...flags,
      '--from',
      from,
      '--count',
      `${expected.length}`,
    );
    return [
      ...out.map((instant) => instant.replace('.000Z', 'Z')),
      ...said.filter((text) => !/^note: /.test(text)),
    ];
  };
  return [{ name: `"${expression}" ${flags.join(' ')} after ${from}`, expected, run }];
}

function tableExamples(text: string): Example[] {
  return [...text.matchAll(/(?:^\|.*\n)+/gm)].flatMap(([table]) => {
    const [head = [], , ...rows] = lines(table).map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    return rows.flatMap((row) => rowExamples(head, row));
  });
}

function examplesOf(page: string): Example[] {
  const examples: Example[] = [];
  let file = '';
  for (const [, language, block = ''] of page.matchAll(/^```(\w*)\n(.*?)^```$/gms)) {
    if (language === 'console') examples.push(...commandExamples(block));
    else if (language === 'yaml') file = block;
    else if (language === 'text') examples.push(...scheduleExamples(file, block));
    else throw new Error(`nobody runs a block of ${language || 'no language'}`);
  }
  return [...examples, ...tableExamples(page.replace(/^```.*?^```$/gms, ''))];
}

const examples = examplesOf(PAGE);

describe('docs/calendar.md', () => {
  it('has the examples it is made of', () => {
    expect(examples.length).toBeGreaterThan(LEAST);
  });

  it.each(examples.map((example) => [example.name, example] as const))('%s', async (_name, example) => {
    expect(example.expected).not.toEqual([]);
    expect(await example.run()).toEqual(example.expected);
  });

  it('would not get away with a wrong one', async () => {
    const [wrong] = examplesOf(
      '```console\n$ carillon next "0 0 1 1 *" --from 2026-06-01T00:00:00Z --count 1\nnever\n```\n',
    );
    expect(await wrong?.run()).toEqual(['2027-01-01T00:00:00.000Z']);
    expect(wrong?.expected).toEqual(['never']);
  });
});
