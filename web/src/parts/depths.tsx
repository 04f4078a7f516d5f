/** How many tasks stand in each state, each number a link to them. */

import { TASK_STATES } from '../core/states.js';
import type { Counts, TaskState } from '../core/types.js';
import { number } from '../core/words.js';
import { StateMark } from './state-mark.js';

/** `of`: what the list is narrowed to: a queue, a handler. */
export function Depths({ counts, of }: { counts: Partial<Counts>; of: Record<string, string> }) {
  const isMore = (state: TaskState): boolean => counts.atLeast?.includes(state) ?? false;
  const fields = new URLSearchParams(of).toString();
  return (
    <ul class="depths">
      {TASK_STATES.map((state) => (
        <li key={state}>
          <a href={`tasks?${fields}&state=${state}`} class={counts[state] ? undefined : 'zero'}>
            <StateMark state={state} />
            <b title={isMore(state) ? 'At least: not all that were kept could be looked at' : undefined}>
              {number(counts[state] ?? 0)}
              {isMore(state) && '+'}
            </b>
          </a>
        </li>
      ))}
    </ul>
  );
}
