/** What to say about a token that is no value of its field, as nearly as can be told what was meant. */

import { nearest } from '../input/suggestions.js';
import {
  DAY_OF_MONTH,
  DAY_OF_WEEK,
  expected,
  type Field,
  HOUR,
  isDayField,
  MONTH,
  namedValue,
} from './cron-fields.js';

/** What `H` may look like. */
export const HASHED_FORMS = 'H is written "H", "H(1-5)", "H/2" or "H(1-5)/2"';

/** One sentence about `token`, which is no value of `field`. */
export function notAValue(token: string, field: Field): string {
  if (token === '') return `a value is missing here; ${expected(field)}`;
  if (/^\d+$/.test(token)) return `${expected(field)}${numberAdvice(token, field)}`;
  if (token.includes('?')) return `"?" stands alone, and in a day field only; write "*"`;
  if (/^[*]+$/.test(token))
    return `"*" already means every ${field.name}; write it alone, or with a step "*/2"`;
  if (/^h/i.test(token)) return HASHED_FORMS;
  if (/^R(?:[(/]|$)/i.test(token) || token.includes('~')) return randomAdvice(token);
  if (/["']/.test(token)) return 'leave out the quotes';
  return /^[a-z]+$/i.test(token) ? wordAdvice(token, field) : otherAdvice(token, field);
}

/** `~` of OpenBSD's cron, `R` of others: chosen anew at each start, which no two nodes would do alike. */
function randomAdvice(token: string): string {
  const ends = /^(\w+)~(\w+)$/.exec(token);
  const hashed = ends ? `H(${ends[1]}-${ends[2]})` : 'H';
  return `values are not chosen at random; write "${hashed}", which the id of the schedule decides`;
}

function numberAdvice(token: string, field: Field): string {
  if (token.length > 2) return ', in one or two digits';
  if (field === HOUR && Number(token) === 24) return '; write "0" for midnight';
  if (field === DAY_OF_MONTH && Number(token) > 31) return '; write "L" for the last day of the month';
  return '';
}

function wordAdvice(token: string, field: Field): string {
  const word = token.toUpperCase();
  for (const other of [MONTH, DAY_OF_WEEK]) {
    if (other !== field && namedValue(other, word) !== undefined) {
      return `"${word}" is a value of ${other.name}; ${expected(field)}`;
    }
  }
  if (/^(?:L|W|LW|WL)$/.test(word)) {
    const rule = isDayField(field) ? 'take no range and no step' : 'stand in day fields only';
    return `L and W ${rule}; ${expected(field)}`;
  }
  const meant = meantNames(word, field);
  return meant === undefined ? expected(field) : `did you mean "${meant}"? ${expected(field)}`;
}

/** `JANFEB`, `SEPT`, `MNO`. */
function meantNames(word: string, field: Field): string | undefined {
  if (field.names.length === 0) return undefined;
  const threes = word.length <= 36 ? (word.match(/.{1,3}/g) ?? []) : [];
  if (threes.every((three) => namedValue(field, three) !== undefined) && threes.length > 1) {
    return threes.join(',');
  }
  const start = word.slice(0, 3);
  return namedValue(field, start) === undefined ? nearest(word.slice(0, 16), field.names) : start;
}

function otherAdvice(token: string, field: Field): string {
  if (/^\d+[LW]$/i.test(token) || token.includes('#')) {
    return `L, W and # stand in day fields, alone or as a list member; ${expected(field)}`;
  }
  if (token.includes('*')) return `"*" stands alone or before a step, such as "*/2"; ${expected(field)}`;
  return expected(field);
}
