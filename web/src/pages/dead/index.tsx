/** Tasks that have failed for the last time, grouped by what they died of; each group can be put back at a pace. */

import { useRef } from 'preact/hooks';
import { pathTo } from '../../core/api.js';
import { handlerPlace, taskPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import { query } from '../../core/router.js';
import type { ErrorGroup, Page as Items } from '../../core/types.js';
import { number, plural } from '../../core/words.js';
import { ActionButton } from '../../parts/action-button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';
import { askMany } from '../tasks/many.js';
import './dead.css';

const keyOf = ({ fingerprint, handler }: ErrorGroup): string => fingerprint + handler;

/** In the order in which they came first: groups that overtake each other do not change places under the pointer. */
function useSteady(groups: readonly ErrorGroup[]): ErrorGroup[] {
  const order = useRef(new Map<string, number>());
  for (const group of groups) {
    if (!order.current.has(keyOf(group))) order.current.set(keyOf(group), order.current.size);
  }
  const place = (group: ErrorGroup): number => order.current.get(keyOf(group)) ?? 0;
  return groups.toSorted((a, b) => place(a) - place(b));
}

/** How many died in each of the last 24 hours. */
function Activity({ hours }: { hours: readonly number[] }) {
  const top = Math.max(1, ...hours);
  const recent = hours.reduce((sum, count) => sum + count, 0);
  const label = `${plural(recent, 'task')} in the last 24 hours`;
  return (
    <svg class="activity" viewBox="0 0 120 24" width="120" height="24" role="img" aria-label={label}>
      <title>{label}</title>
      {hours.map((count, hour) => (
        <rect
          key={hour}
          x={hour * 5}
          width={4}
          y={count === 0 ? 22 : 24 - Math.max(3, (count / top) * 24)}
          height={count === 0 ? 2 : Math.max(3, (count / top) * 24)}
          class={count === 0 ? 'none' : undefined}
        />
      ))}
    </svg>
  );
}

export default function Dead() {
  const fields = query.value;
  const of = (name: string): string | undefined => fields.get(name) ?? undefined;
  const path = pathTo(['tasks', 'errors'], { handler: of('handler'), queue: of('queue'), limit: 200 });
  const { data, problem, refresh } = useQuery<Items<ErrorGroup>>(path, { every: 4_000, keep: true });
  const groups = useSteady(data?.items ?? []);
  const total = data?.items.reduce((sum, { count }) => sum + count, 0) ?? 0;
  return (
    <Page
      title="Dead"
      beside={
        total > 0 && (
          <span class="quiet">
            {plural(total, 'task')} in {plural(data?.items.length ?? 0, 'group')}
          </span>
        )
      }
      actions={
        <a class="button" href="tasks?state=dead">
          All dead tasks
        </a>
      }
    >
      {problem && !data && <Trouble problem={problem} />}
      {data?.items.length === 0 && (
        <EmptyState title="Nothing is dead." command="carillon tasks errors">
          A task is dead once it has failed as often as it may; it waits here until it is put back.
        </EmptyState>
      )}
      <ul class="groups">
        {groups.map(({ fingerprint, handler, message, count, firstAt, lastAt, hours, sample }) => (
          <li key={fingerprint + handler}>
            <div class="group-count">
              <StateMark state="dead" word={false} />
              <b>{number(count)}</b>
            </div>
            <div class="group-what">
              <p class="group-message">{message}</p>
              <p class="quiet">
                <a href={handlerPlace(handler)}>{handler}</a> · first <Time at={firstAt} /> · last{' '}
                <Time at={lastAt} />
              </p>
            </div>
            <Activity hours={hours} />
            <div class="actions">
              <a class="button" href={`tasks?state=dead&error=${encodeURIComponent(fingerprint)}`}>
                Show
              </a>
              <a class="button" href={taskPlace(sample)}>
                Latest
              </a>
              <ActionButton
                name="Redrive"
                icon="again"
                onClick={() =>
                  void askMany('redrive', { state: 'dead', error: fingerprint, handler }, false, refresh)
                }
              />
            </div>
          </li>
        ))}
      </ul>
    </Page>
  );
}
