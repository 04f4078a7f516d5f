/** What a taken unique key means for one who asks for it: `reject`, the default, is what this release acts on. */

import { isRecord } from '../input/readers.js';

const MODES = ['reject', 'replace', 'debounce', 'throttle', 'after'];

export interface UniqueProblem {
  path: string;
  detail: string;
  unsupported: boolean;
}

export function uniqueProblems(given: unknown): UniqueProblem[] {
  const { mode = 'reject', ...others } = isRecord(given) ? given : { mode: null };
  const problems = Object.keys(others).map((name) => unsupported(name, 'is not supported by this version'));
  if (typeof mode !== 'string' || !MODES.includes(mode)) {
    problems.push({ path: 'unique/mode', detail: `must be one of ${MODES.join(', ')}`, unsupported: false });
  } else if (mode !== 'reject') {
    problems.push(unsupported('mode', 'must be reject: the others are not supported by this version'));
  }
  return problems;
}

function unsupported(name: string, detail: string): UniqueProblem {
  return { path: `unique/${name}`, detail, unsupported: true };
}
