/** Cursors of lists in the order of names: the last name seen, so that a page neither skips nor repeats. */

import { type Reader, reader } from './readers.js';

export function cursorTo(name: string): string {
  return Buffer.from(name).toString('base64url');
}

/** Reads `nextCursor` back to the name it stands behind. */
export function nameCursor(isName: (raw: unknown) => boolean): Reader<string> {
  return reader<string>(
    'the nextCursor of a page of this list',
    (raw) => {
      const name = typeof raw === 'string' ? Buffer.from(raw, 'base64url').toString('utf8') : '';
      return isName(name) && cursorTo(name) === raw ? name : undefined;
    },
    { schema: { type: 'string' }, word: 'text' },
  );
}
