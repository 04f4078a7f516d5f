/** The states as tabs, with how many tasks of the chosen queue, handler and schedule are in each. */

import { pathTo } from '../../core/api.js';
import { useQuery } from '../../core/query.js';
import { query, withQuery } from '../../core/router.js';
import { TASK_STATES } from '../../core/states.js';
import type { Counts, TaskState } from '../../core/types.js';
import { number, short } from '../../core/words.js';
import { StateMark } from '../../parts/state-mark.js';

export function StateTabs() {
  const fields = query.value;
  const states = fields.getAll('state');
  const of = (name: string): string | undefined => fields.get(name) ?? undefined;
  const path = pathTo(['tasks', 'counts'], {
    queue: of('queue'),
    handler: of('handler'),
    schedule: of('schedule'),
  });
  const { data } = useQuery<Counts & { atLeast?: TaskState[] }>(path, { every: 3_000, keep: true });
  // Other filters are not counted by: a number would be one of something else.
  const isCounted =
    data && !['label', 'key', 'parent', 'error', 'from', 'to', 'q'].some((name) => fields.has(name));
  return (
    <nav class="tabs" aria-label="State">
      <a href={withQuery({ state: undefined })} aria-current={states.length === 0 ? 'page' : undefined}>
        All
      </a>
      {TASK_STATES.map((state) => (
        <a
          key={state}
          href={withQuery({ state })}
          aria-current={states.length === 1 && states[0] === state ? 'page' : undefined}
        >
          <StateMark state={state} />
          {isCounted && (
            <span class="count" title={number(data[state])}>
              {short(data[state])}
              {data.atLeast?.includes(state) && '+'}
            </span>
          )}
        </a>
      ))}
    </nav>
  );
}
