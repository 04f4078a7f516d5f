/** Which lines two texts share, and which only one of them has. Pure. */

export interface DiffLine {
  /** `a`, `b`: only in that text. */
  in: 'both' | 'a' | 'b';
  text: string;
}

/** Of longer texts the rest is left out: every line is compared with every other one. */
const MOST_LINES = 200;

/** In the order of both. */
export function lineDiff(a: string, b: string): DiffLine[] {
  const [left, right] = [linesOf(a), linesOf(b)];
  const same = lengths(left, right);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [one, other] = [left[i], right[j]];
    if (one !== undefined && one === other) {
      lines.push({ in: 'both', text: one });
      i += 1;
      j += 1;
    } else if (other === undefined || (one !== undefined && at(same, i + 1, j) >= at(same, i, j + 1))) {
      lines.push({ in: 'a', text: one ?? '' });
      i += 1;
    } else {
      lines.push({ in: 'b', text: other });
      j += 1;
    }
  }
  return lines;
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.split('\n').slice(0, MOST_LINES));

/** How many lines two ends have in common, from each pair of lines on. */
function lengths(left: readonly string[], right: readonly string[]): number[][] {
  const same = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let i = left.length - 1; i >= 0; i -= 1) {
    const row = same[i] as number[];
    for (let j = right.length - 1; j >= 0; j -= 1)
      row[j] =
        left[i] === right[j] ? at(same, i + 1, j + 1) + 1 : Math.max(at(same, i + 1, j), at(same, i, j + 1));
  }
  return same;
}

const at = (same: readonly (readonly number[])[], i: number, j: number): number => same[i]?.[j] ?? 0;
