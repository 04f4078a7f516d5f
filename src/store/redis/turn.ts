/**
 * Small calls of one turn of the event loop go out together: four hundred queues that are asked at once would otherwise
 * be four hundred system calls here, and as many in Redis.
 */

interface Corked {
  cork(): void;
  uncork(): void;
}

export class Turn {
  /** Whether something was sent in this turn. */
  #begun = false;
  #held: Corked | null = null;

  /**
   * Before a call is written to the stream. The first of a turn goes out at once, so that who calls once waits for
   * nothing; so does a large one, with all that is held: Redis works on it while the next one is built.
   */
  write(stream: Corked, small: boolean): void {
    if (!this.#begun) {
      this.#begun = true;
      process.nextTick(this.#end);
    } else if (!small) {
      this.#let();
    } else if (this.#held !== stream) {
      this.#let();
      stream.cork();
      this.#held = stream;
    }
  }

  /** Runs when everything that follows from what was heard in this turn has been done. */
  readonly #end = (): void => {
    this.#begun = false;
    this.#let();
  };

  #let(): void {
    const held = this.#held;
    this.#held = null;
    held?.uncork();
  }
}
