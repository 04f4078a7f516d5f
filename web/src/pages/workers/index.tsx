/** Who runs tasks: their slots, memory and beat, what each runs now, and what it can be asked. */

import { useQuery } from '../../core/query.js';
import type { Page as Items, WorkerView } from '../../core/types.js';
import { number, plural } from '../../core/words.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Trouble } from '../../parts/page.js';
import { Worker } from './worker.js';
import './workers.css';

/** More of them would be more than a page can follow. */
const SHOWN = 100;

export default function Workers() {
  const { data, problem, refresh } = useQuery<Items<WorkerView>>('v1/workers?limit=1000', {
    every: 2_500,
    wakes: ({ type }) => type.startsWith('worker.'),
  });
  const all = data?.items ?? [];
  const sum = (of: (worker: WorkerView) => number): number =>
    all.reduce((total, worker) => total + of(worker), 0);
  return (
    <Page
      title="Workers"
      beside={
        all.length > 0 && (
          <span class="quiet">
            {plural(all.length, 'worker')}, {number(sum(({ runningCount }) => runningCount))} of{' '}
            {plural(
              sum(({ concurrency }) => concurrency),
              'slot',
            )}{' '}
            taken
          </span>
        )
      }
    >
      {problem && !data && <Trouble problem={problem} />}
      {data && all.length === 0 && (
        <EmptyState title="No worker is there." command="carillon worker handlers.mjs">
          Tasks wait until a worker has their handler and serves their queue.
        </EmptyState>
      )}
      <ul class="workers">
        {all.slice(0, SHOWN).map((worker) => (
          <Worker key={worker.id} worker={worker} onDone={refresh} />
        ))}
      </ul>
      {all.length > SHOWN && <p class="more-line">and {plural(all.length - SHOWN, 'more worker')}</p>}
    </Page>
  );
}
