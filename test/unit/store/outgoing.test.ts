/** What is written of a call is what arrives, whatever the stream takes at once. */

import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outgoing } from '../../../src/store/redis/outgoing.js';
import { bulk } from '../../../src/store/redis/wire.js';

/** Takes what is written at once, or only after everything has been written. */
class Line extends Writable {
  readonly #atOnce: boolean;
  readonly #waiting: (() => void)[] = [];
  text = '';

  constructor(atOnce: boolean) {
    super({ decodeStrings: true });
    this.#atOnce = atOnce;
  }

  override _write(chunk: Buffer, _: string, taken: () => void): void {
    const take = (): void => {
      this.text += chunk.toString('latin1');
      taken();
    };
    if (this.#atOnce) take();
    else this.#waiting.push(take);
  }

  takeAll(): void {
    for (let take = this.#waiting.shift(); take; take = this.#waiting.shift()) take();
  }
}

function sent(line: Line, write: (out: Outgoing) => void): string {
  line.write(new Outgoing(line).whole(write));
  line.takeAll();
  return Buffer.from(line.text, 'latin1').toString();
}

/** Texts of whole characters, as ids and JSON are. */
const long = fc
  .tuple(fc.string({ unit: 'binary' }), fc.constantFrom(1, 40, 700, 20_000, 90_000))
  .map(([text, times]) =>
    text
      .repeat(times)
      .slice(0, 300_000)
      .replace(/\p{Surrogate}/gu, '?'),
  );

describe.each([
  ['that takes all at once', true],
  ['that takes nothing yet', false],
])('on a line %s', (_, atOnce) => {
  it('every byte arrives, in its order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(long, long), { maxLength: 12 }), (rows) => {
        const text = sent(new Line(atOnce), (out) => {
          for (const [head, rest] of rows) {
            out.add(bulk(head));
            out.addJoined(head, rest);
          }
        });
        expect(text === rows.map(([head, rest]) => bulk(head) + bulk(head + rest)).join('')).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('calls one after the other do not write over each other', () => {
    const line = new Line(atOnce);
    const text = (n: number): string => `${n}`.repeat(100_000);
    for (let n = 1; n < 9; n += 1) {
      const out = new Outgoing(line);
      line.write(out.whole((call) => call.addJoined('', text(n))));
      if (atOnce) out.answered();
    }
    line.takeAll();
    expect(line.text === [1, 2, 3, 4, 5, 6, 7, 8].map((n) => bulk(text(n))).join('')).toBe(true);
  });

  it('portions go out while the rest is written', () => {
    const line = new Line(atOnce);
    let early = 0;
    new Outgoing(line).whole((out) => {
      for (let i = 0; i < 20; i += 1) out.addJoined('', 'x'.repeat(10_000));
      early = line.text.length + line.writableLength;
    });
    expect(early).toBeGreaterThan(100_000);
  });
});

it('a call that cannot be written to its end leaves its line: the rest would be taken for another', () => {
  const line = new Line(true);
  line.on('error', () => {});
  const broken = (): string | Buffer =>
    new Outgoing(line).whole(() => {
      throw new Error('no row');
    });
  expect(broken).toThrow('no row');
  expect(line.destroyed).toBe(true);
});
