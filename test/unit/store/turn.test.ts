/** Calls of one turn of the event loop: what goes out at once, and what together. */

import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turn } from '../../../src/store/redis/turn.js';

/** As a socket does: what is written while it is corked goes out together. */
class Wire {
  readonly sent: string[][] = [];
  #held: string[] | null = null;

  cork(): void {
    this.#held = [];
  }

  uncork(): void {
    if (this.#held && this.#held.length > 0) this.sent.push(this.#held);
    this.#held = null;
  }

  write(text: string): void {
    if (this.#held) this.#held.push(text);
    else this.sent.push([text]);
  }
}

function sender(): { wire: Wire; send: (text: string, small?: boolean) => void } {
  const [turn, wire] = [new Turn(), new Wire()];
  const send = (text: string, small = true): void => {
    turn.write(wire, small);
    wire.write(text);
  };
  return { wire, send };
}

it('the first goes out at once, the others of the turn together, also those that follow from an answer', async () => {
  const { wire, send } = sender();
  send('a');
  expect(wire.sent).toEqual([['a']]);
  send('b');
  send('c');
  const later = Promise.resolve().then(() => send('d'));
  expect(wire.sent).toEqual([['a']]);
  await later;
  await setImmediate();
  expect(wire.sent).toEqual([['a'], ['b', 'c', 'd']]);
  send('e');
  expect(wire.sent.at(-1)).toEqual(['e']);
});

it('a large one goes out at once, behind what was held', async () => {
  const { wire, send } = sender();
  for (const text of ['a', 'b', 'c']) send(text);
  send('large', false);
  expect(wire.sent).toEqual([['a'], ['b', 'c'], ['large']]);
  send('d');
  await setImmediate();
  expect(wire.sent.at(-1)).toEqual(['d']);
});

it('a new line begins a new turn, and the old one keeps nothing', async () => {
  const [turn, old, fresh] = [new Turn(), new Wire(), new Wire()];
  for (const wire of [old, old, fresh, fresh]) {
    turn.write(wire, true);
    wire.write('x');
  }
  await setImmediate();
  expect(old.sent.flat()).toEqual(['x', 'x']);
  expect(fresh.sent.flat()).toEqual(['x', 'x']);
});
