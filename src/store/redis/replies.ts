/** How script replies are read. */

import type { EndingWord } from '../contract/index.js';
import type { Reply } from './connection.js';

const WORDS: Record<string, EndingWord> = { o: 'ok', s: 'stopped', a: 'already', l: 'lost' };

/** One letter for each ending. */
export function wordsOf(letters: Reply[number] | undefined): EndingWord[] {
  return [...String(letters ?? '')].map((letter) => WORDS[letter] ?? 'lost');
}

/** A score as a time; '' is none. Rounded up: nothing may look due before it is. */
export function instant(value: Reply[number] | undefined): number | null {
  return value === '' || value === null || value === undefined ? null : Math.ceil(Number(value));
}
