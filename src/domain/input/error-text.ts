/** An error in words for a terminal: one line, then one line for each problem. */

import { CarillonError } from './errors.js';

/** Control characters in somebody's data must not steer this terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

/** One line, then one line for each problem; never a stack. */
export function describeError(error: unknown): string {
  if (!(error instanceof CarillonError)) {
    return `error: ${printable(error instanceof Error ? error.message : String(error))}`;
  }
  const problems = error.errors.map(
    ({ pointer, detail }) => `\n  ${printable(pointer ? `${pointer}: ` : '')}${printable(detail)}`,
  );
  return `error: ${printable(error.message)} [${error.code}]${problems.join('')}`;
}
