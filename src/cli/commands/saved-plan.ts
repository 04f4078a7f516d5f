/** Plans in files: what was planned, and all that is needed to apply just that. */

import { readFile, stat, writeFile } from 'node:fs/promises';
import { CarillonError } from '../../domain/input/errors.js';
import { isRecord } from '../../domain/input/readers.js';
import type { PlanView } from '../../sets/plan-view.js';
import type { GivenFiles } from './files-given.js';

export interface SavedPlan {
  /** Of the form of the file. */
  carillonPlan: 1;
  plan: PlanView;
  /** What is proposed when it is applied. */
  given: GivenFiles;
}

/** Readable for its owner alone: it holds the values of variables. */
export async function savePlan(path: string, plan: PlanView, given: GivenFiles): Promise<void> {
  const saved: SavedPlan = { carillonPlan: 1, plan, given };
  try {
    await writeFile(path, `${JSON.stringify(saved)}\n`, { mode: 0o600 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new CarillonError('usage', `The plan cannot be written to ${path} (${code}).`);
  }
}

/** undefined: the path is no file, so it is meant as a directory. */
export async function readPlan(path: string): Promise<SavedPlan | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const text = await readFile(path, 'utf8');
  const saved = parsed(text);
  if (isRecord(saved) && saved['carillonPlan'] === 1) return saved as unknown as SavedPlan;
  throw new CarillonError(
    'usage',
    `${path} is no plan that carillon schedules plan --out has written; name the directory of the schedule files, or such a plan.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
