/** Puts the product's answers beside those of brute force, and says in words where they differ. */

import { type CompiledSpec, compileSpec } from '../../../src/domain/spec/compile.js';
import { instantsOf, type Settings } from './brute-force.js';
import { type NaiveCron, readNaively, wallFields } from './naive-cron.js';
import { changesOf, wallAt } from './zone-facts.js';

export interface Question {
  expression: string;
  zone: string;
  settings: Settings;
}

export function compiled({ expression, zone, settings }: Question): CompiledSpec {
  return compileSpec({ kind: 'cron', expressions: [expression], timezone: zone, ...settings }, undefined);
}

export function iso(instant: number | null | undefined): string {
  return Number.isFinite(instant) ? new Date(Number(instant)).toISOString() : 'none';
}

export function inWords({ expression, zone, settings }: Question): string {
  return `"${expression}" ${zone} gap=${settings.gap} fold=${settings.fold}`;
}

/** The independent matcher's word on one answer: the clock shows a match, or would, had it not been put forward. */
export function isMatch(cron: NaiveCron, { zone, settings }: Question, instant: number): boolean {
  if (cron.matches(wallFields(wallAt(zone, instant)))) return true;
  if (cron.followsRealTime || settings.gap === 'skip') return false;
  return changesOf(zone).some(
    ({ at, before, after }) =>
      at <= instant && instant < at + (after - before) && cron.matches(wallFields(instant + before)),
  );
}

/**
 * Asks for every instant in (after, upTo] one after the other, then for the one that follows each of `froms`
 * (all within the window), and answers what is wrong: nothing, or one line each.
 */
export function differences(
  question: Question,
  after: number,
  upTo: number,
  froms: readonly number[] = [],
  spec: CompiledSpec = compiled(question),
): string[] {
  const cron = readNaively(question.expression);
  const expected = instantsOf(cron, question.zone, question.settings, after, upTo);
  const wrong: string[] = [];
  const expectNext = (from: number, instant: number | undefined): boolean => {
    const answer = spec.next(from);
    if (instant === undefined ? answer === null || answer > upTo : answer === instant) return true;
    const want = instant === undefined ? `none until ${iso(upTo)}` : iso(instant);
    wrong.push(`${inWords(question)} after ${iso(from)}: answered ${iso(answer)}, brute force says ${want}`);
    return false;
  };
  let from = after;
  for (const instant of [...expected, undefined]) {
    if (!expectNext(from, instant) || instant === undefined) break;
    from = instant;
  }
  for (const asked of froms) {
    expectNext(
      asked,
      expected.find((instant) => instant > asked),
    );
  }
  return wrong;
}
