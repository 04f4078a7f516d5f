/** Cuts a stream of bytes into lines of a bounded length, whatever pieces it comes in. */

export interface Lines {
  /** The lines that end in this piece; null stands for one that was too long. To be read to the end. */
  of(piece: Uint8Array): Iterable<string | null>;
  /** What came after the last newline, when anything did. */
  rest(): Iterable<string | null>;
}

const NEWLINE = 0x0a;

/** `longest`: bytes without the newline. Bytes that are no UTF-8 come as U+FFFD. */
export function createLines(longest: number): Lines {
  /** The line that has not ended yet; of one that is too long, only its length is known. */
  let begun: Uint8Array[] = [];
  let length = 0;

  const add = (bytes: Uint8Array): void => {
    length += bytes.length;
    if (length > longest) begun = [];
    else if (bytes.length > 0) begun.push(bytes);
  };
  const end = (): string | null => {
    const line = length > longest ? null : Buffer.concat(begun).toString('utf8');
    begun = [];
    length = 0;
    return line;
  };

  return {
    *of(piece) {
      let start = 0;
      for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, start)) {
        add(piece.subarray(start, at));
        yield end();
        start = at + 1;
      }
      add(piece.subarray(start));
    },
    *rest() {
      if (length > 0) yield end();
    },
  };
}
