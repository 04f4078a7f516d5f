/**
 * Each sample (an input, the file and the remarks that are expected of it) is imported: the file means what is expected,
 * as our own reader reads both, and says of each schedule what is expected.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { formatOf, importTexts } from '../../../../src/files/import/formats.js';
import { loadTexts } from '../../../../src/files/load.js';

const SAMPLES = fileURLToPath(new URL('./samples/', import.meta.url));
const NOW = Date.parse('2026-03-01T00:00:00Z');
const NAMES: Readonly<Record<string, string>> = { kubernetes: 'k8s' };

const read = (path: string): string => readFileSync(`${SAMPLES}${path}`, 'utf8');

interface Said {
  id?: string;
  kind: string;
  text: string;
}

/** What a file declares, for all environments. */
const meaning = (path: string, text: string) => {
  const { schedules, problems } = loadTexts([{ path, text }], { env: {}, environment: 'production' });
  expect(problems).toEqual([]);
  return schedules.map(({ definition }) => definition);
};

describe.each(readdirSync(SAMPLES))('%s', (sample) => {
  const input = readdirSync(`${SAMPLES}${sample}`).find((name) => !name.startsWith('expected')) ?? '';
  const { file, report } = importTexts(
    formatOf(NAMES[sample] ?? sample),
    [{ path: input, text: read(`${sample}/${input}`) }],
    { now: NOW },
  );
  const expected = JSON.parse(read(`${sample}/expected.json`)) as { report: Said[] };

  it('means what is expected', () => {
    expect(meaning('imported.yaml', file)).toEqual(meaning('expected.yaml', read(`${sample}/expected.yaml`)));
  });

  it('says of each schedule what is expected, and of the file no less', () => {
    const about = (said: readonly Said[]): string[] =>
      said.flatMap(({ id, kind }) => (id === undefined ? [] : [`${id} ${kind}`])).sort();
    expect(about(report)).toEqual(about(expected.report));
    const general = (said: readonly Said[]): number => said.filter(({ id }) => id === undefined).length;
    expect(general(report)).toBeGreaterThanOrEqual(general(expected.report));
  });
});
