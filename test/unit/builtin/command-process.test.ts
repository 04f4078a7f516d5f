/** A command that floods its output leaves the worker its turns. */

import { expect, test } from 'vitest';
import { runProcess } from '../../../src/builtin/command-process.js';
import { OutputLines, type Stream } from '../../../src/builtin/output-lines.js';

/** Counts the pieces that come within each turn of the event loop, and ends the command after some. */
class Turns extends OutputLines {
  readonly pieces: number[] = [0];
  readonly stop = new AbortController();
  #turning = true;

  constructor() {
    super(() => {});
    const turn = (): void => {
      this.pieces.push(0);
      if (this.#turning) setImmediate(turn);
    };
    setImmediate(turn);
  }

  override add(_stream: Stream, _text: string): void {
    this.pieces.push((this.pieces.pop() ?? 0) + 1);
    if (this.pieces.filter((count) => count > 0).length === 30) this.stop.abort();
  }

  over(): void {
    this.#turning = false;
  }
}

test('of a flood no more than a few pieces are read in each turn', async () => {
  const output = new Turns();
  const end = await runProcess({
    command: '/bin/sh',
    args: ['-c', 'yes'],
    cwd: undefined,
    env: { PATH: '/usr/bin:/bin' },
    stdin: undefined,
    signal: output.stop.signal,
    grace: 5_000,
    output,
  });
  output.over();
  expect(end.signal).toBe('SIGTERM');
  expect(Math.max(...output.pieces)).toBeLessThanOrEqual(4);
});
