/** How much of a bound is used: a bar of 112 × 6 px and the numbers; in a row of a table a shorter one, and the share. */

import { number } from '../core/words.js';

export function UseBar({ used, limit, isShort }: { used: number; limit: number; isShort?: boolean }) {
  const share = limit <= 0 ? 1 : Math.min(1, used / limit);
  const text = `${number(used)} of ${number(limit)}`;
  return (
    <span
      class={`use ${share >= 1 ? 'full' : ''} ${isShort ? 'short' : ''}`}
      title={isShort ? text : undefined}
    >
      <i class="use-bar" aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </i>
      {isShort ? (
        <span>{Math.round(share * 100)} %</span>
      ) : (
        <span>
          {number(used)} <span class="quiet">of {number(limit)}</span>
        </span>
      )}
    </span>
  );
}
