/** `carillon next` within the test's own process, as main.ts runs it. */

import { CommanderError } from 'commander';
import { nextCommand } from '../../src/cli/commands/next.js';
import { createOutput, exitCodeOf } from '../../src/cli/output.js';
import { describeError } from '../../src/domain/input/error-text.js';

export interface NextRun {
  code: number;
  /** Lines on stdout. */
  out: string[];
  /** What was said on stderr; one line each unless it is wrong. */
  said: string[];
}

export async function runNext(...words: string[]): Promise<NextRun> {
  const run: NextRun = { code: 0, out: [], said: [] };
  const lines = (into: string[]) => ({ write: (text: string) => into.push(text.replace(/\n$/, '')) });
  const output = createOutput(lines(run.out), lines(run.said));
  const command = nextCommand({ env: {}, directory: '.', output, version: '0' });
  command.configureOutput({ writeErr: (text) => run.said.push(text.replace(/\n$/, '')) });
  try {
    await command.parseAsync(words, { from: 'user' });
  } catch (error) {
    // Commander has said its own errors already.
    if (error instanceof CommanderError) return { ...run, code: 2 };
    run.said.push(describeError(error));
    run.code = exitCodeOf(error);
  }
  return run;
}
