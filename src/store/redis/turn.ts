/**
 * Small calls of one turn of the event loop go out a few together: four hundred queues that are asked at once would
 * otherwise be four hundred system calls here, and as many in Redis.
 */

interface Corked {
  cork(): void;
  uncork(): void;
}

/** Calls that go out together, at most: Redis works on them while the next ones are built, and their answers are read. */
const TOGETHER = 16;

export class Turn {
  /** Whether something was sent in this turn. */
  #begun = false;
  #held: Corked | null = null;
  #count = 0;

  /**
   * Before a call is written to the stream. The first of a turn goes out at once, so that who calls once waits for
   * nothing; so does a large one, with all that is held.
   */
  write(stream: Corked, small: boolean): void {
    if (!this.#begun) {
      this.#begun = true;
      process.nextTick(this.#end);
      return;
    }
    if (!small || this.#held !== stream || this.#count === TOGETHER) this.#let();
    if (!small) return;
    if (!this.#held) {
      stream.cork();
      this.#held = stream;
    }
    this.#count += 1;
  }

  /** Runs when everything that follows from what was heard in this turn has been done. */
  readonly #end = (): void => {
    this.#begun = false;
    this.#let();
  };

  #let(): void {
    const held = this.#held;
    this.#held = null;
    this.#count = 0;
    held?.uncork();
  }
}
