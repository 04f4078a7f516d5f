/**
 * `explain` by cases: what happened, and the sentence that is said of it. The sentences stand in explain.golden.txt;
 * `UPDATE_GOLDEN=1 npx vitest run --project unit test/unit/schedules/explain.test.ts` writes them anew, to be read.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Explanation } from '../../../src/schedules/explain.js';
import { CASES } from './explain-cases.js';
import { Life } from './explain-stage.js';

const FILE = new URL('./explain.golden.txt', import.meta.url);

/** A name, then its sentence below it. */
const golden = new Map(
  readFileSync(FILE, 'utf8')
    .trimEnd()
    .split('\n\n')
    .map((pair) => pair.split('\n') as [string, string]),
);

describe('explain', () => {
  const said = new Map<string, string>();

  it.each(Object.entries(CASES))('%s', async (name, { now, happens, at, answers }) => {
    const life = new Life(now);
    await happens(life);
    const answer: Explanation = await life.explain(at);
    said.set(name, answer.sentence);
    expect(answer).toMatchObject(answers);
    if (!process.env['UPDATE_GOLDEN']) expect(answer.sentence).toBe(golden.get(name));
    await life.on.api.close();
  });

  it('has a case for every sentence, and there are enough of them', () => {
    expect(Object.keys(CASES).length).toBeGreaterThanOrEqual(18);
    if (!process.env['UPDATE_GOLDEN']) expect([...golden.keys()]).toEqual(Object.keys(CASES));
  });

  afterAll(() => {
    if (!process.env['UPDATE_GOLDEN']) return;
    writeFileSync(FILE, `${[...said].map(([name, text]) => `${name}\n${text}`).join('\n\n')}\n`);
  });
});
