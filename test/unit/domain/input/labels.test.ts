/** A query for a label is one text: its name may hold whatever a label may. */

import { expect, it } from 'vitest';
import { hasLabels, labelQuery } from '../../../../src/domain/input/labels.js';

const finds = (labels: Record<string, string>, ...asked: string[]): boolean => {
  const problems: never[] = [];
  const query = labelQuery(asked, [], problems);
  expect(problems).toEqual([]);
  return hasLabels(labels, query ?? []);
};

it('finds every label by its name and its text, wherever they have =', () => {
  for (const name of ['tier', 'a=b', '=cmd', '==', 'x=', '__proto__', '<img src=x>'])
    for (const text of ['gold', '', '=', 'c=d', '=x'])
      expect([name, text, finds(Object.fromEntries([[name, text]]), `${name}=${text}`)]).toEqual([
        name,
        text,
        true,
      ]);
});

it('finds no other one', () => {
  const labels = { tier: 'gold', 'a=b': 'c' };
  expect(finds(labels, 'tier=gold', 'a=b=c')).toBe(true);
  for (const asked of ['tier=', 'tier=gold=', 'tie=r=gold', 'a=b', 'a=b=', 'a=b=c=', 'toString=x'])
    expect([asked, finds(labels, asked)]).toEqual([asked, false]);
});

it('asks for a name and a text', () => {
  for (const asked of ['', 'tier', '=x']) {
    const problems: { path: unknown; detail: string }[] = [];
    expect(labelQuery(asked, [], problems as never)).toBeUndefined();
    expect(problems.length).toBe(1);
  }
});
