/** Backfills of this schedule that are under way, with how far they have come. */

import { pathTo, post } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { operationPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { OperationView, Page } from '../../core/types.js';
import { number, plural } from '../../core/words.js';
import { ActionButton } from '../../parts/action-button.js';
import { Section } from '../../parts/page.js';
import { Progress } from '../../parts/progress.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';

/** One that has ended stays for so long, so that its end is seen, ms. */
const STAYS = 600_000;
const RUNNING = pathTo(['operations'], { kind: 'backfill', limit: 50 });

export function Backfills({ id }: { id: string }) {
  const { data, refresh } = useQuery<Page<OperationView>>(RUNNING, {
    every: 5_000,
    wakes: ({ type }) => type === 'operation.changed',
  });
  const mine = (data?.items ?? []).filter(
    ({ filter, finishedAt }) =>
      filter['schedule'] === id && (finishedAt === undefined || Date.now() - Date.parse(finishedAt) < STAYS),
  );
  if (mine.length === 0) return null;
  return (
    <Section title="Backfills">
      <ul class="backfills">
        {mine.map((one) => (
          <li key={one.id}>
            <StateMark state={one.state} />
            <a href={operationPlace(one.id)}>
              {number(one.done)} of {plural(one.matched, 'run')}
              {one.failed > 0 && `, ${number(one.failed)} could not be made`}
            </a>
            <Progress done={one.done} failed={one.failed} of={one.matched} isOver={one.state !== 'running'} />
            <span class="quiet">
              by {one.by} <Time at={one.createdAt} />
            </span>
            {one.state === 'running' && (
              <ActionButton name="Abort" isGrave onClick={() => askAbort(one, refresh)} />
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function askAbort({ id }: OperationView, onDone: () => Promise<void>): void {
  askFirst({
    title: 'Abort this backfill',
    action: 'Abort',
    isGrave: true,
    body: () => <p>Runs that it has made stay; it makes no more.</p>,
    run: async () => {
      await post(pathTo(['operations', id, 'abort']));
      tell('Aborted.');
      await onDone();
    },
  });
}
