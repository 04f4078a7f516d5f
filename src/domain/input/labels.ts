/** Labels in a query: `label=<name>=<text>`, or several of them. */

import { type Reader, saying } from './readers.js';

export type LabelQuery = [name: string, text: string][];

const MOST_LABELS = 32;

export const labelQuery: Reader<LabelQuery, string | readonly string[]> = saying(
  (raw, path, problems) => {
    const given: unknown[] = Array.isArray(raw) ? raw : [raw];
    const pairs = given.map((one) => (typeof one === 'string' ? /^(.[^=]*)=(.*)$/s.exec(one) : null));
    if (given.length <= MOST_LABELS && pairs.every((pair) => pair !== null)) {
      return pairs.map(([, name = '', value = '']) => [name, value]);
    }
    problems.push({ path, detail: `must be name=text, at most ${MOST_LABELS} times` });
    return undefined;
  },
  { schema: { type: 'array', items: { type: 'string' } }, word: 'key=value' },
);

/** Whether labels have everything that is asked for. */
export function hasLabels(labels: Readonly<Record<string, string>>, asked: LabelQuery): boolean {
  return asked.every(([name, value]) => {
    if (Object.hasOwn(labels, name) && labels[name] === value) return true;
    // A name may have = in it, too: then the first one is not where it ends.
    if (!value.includes('=')) return false;
    const whole = `${name}=${value}`;
    return Object.entries(labels).some(([other, text]) => `${other}=${text}` === whole);
  });
}
