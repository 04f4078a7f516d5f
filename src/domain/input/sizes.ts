/** How large what people send may be, bytes: each bound stands here once. */

export const MIB = 1 << 20;

/** Of a payload, and of a result: larger data belongs elsewhere. */
export const LARGEST_PAYLOAD = MIB;
/** Of a result where its queue says nothing. */
export const USUAL_RESULT = 64 * 1024;
/** Of what an attempt says of how far it is: all of them are told to whoever listens. */
export const LARGEST_PROGRESS = 4 * 1024;
/** Of the body of a request, and about of what one call to Redis carries. */
export const LARGEST_BODY = 4 * MIB;

/** Bytes of a text in UTF-8, without writing them. */
export function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/** Whether a text has at most `most` bytes in UTF-8; counts only where its length leaves that open. */
export function fitsBytes(text: string, most: number): boolean {
  return text.length <= most && (text.length * 3 <= most || utf8Length(text) <= most);
}

/** Lines of the logs of a task that are kept, the latest. */
export const LOG_LINES = 500;
