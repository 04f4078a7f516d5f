/** One queue: its depth, what holds it back, how it goes, its limits, and what can be done with it. */

import { pathTo } from '../../core/api.js';
import { useQuery } from '../../core/query.js';
import type { QueueView } from '../../core/types.js';
import { length, plural } from '../../core/words.js';
import type { PageProps } from '../../pages.js';
import { Depths } from '../../parts/depths.js';
import { Facts, NotFound, Page, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { AlertRoom } from '../overview/alerts.js';
import { Figures } from '../overview/figures.js';
import { useQueueAlerts } from '../queues/alerts-of.js';
import { Actions } from './actions.js';
import { Keys } from './keys.js';
import { Limits } from './limits.js';
import '../overview/overview.css';

export default function Queue({ params: { queue = '' } }: PageProps) {
  const { data, problem, refresh } = useQuery<QueueView>(pathTo(['queues', queue]), {
    every: 2_000,
    wakes: ({ type, queue: which }) => type === 'queue.changed' && which === queue,
  });
  const alerts = useQueueAlerts()(queue);
  if (problem?.status === 404) return <NotFound what={`The queue ${queue}`} />;
  if (!data) return <Page title={queue}>{problem && <Trouble problem={problem} />}</Page>;
  const { paused, oldestAgeMs, rates, drainsInMs, unroutable = {} } = data;
  const { scheduled = 0, ready = 0, running = 0, retrying = 0 } = data;
  return (
    <Page
      title={queue}
      above={<a href="queues">Queues</a>}
      beside={<StateMark state={paused ? 'paused' : 'enabled'} word={paused ? 'paused' : 'open'} />}
      actions={<Actions queue={data} onDone={refresh} />}
    >
      <AlertRoom alerts={alerts} rows={1} empty="Nothing is wrong here." />
      <Depths counts={data} of={{ queue }} />
      <Facts
        of={[
          ['Oldest waits', oldestAgeMs === undefined ? 'nothing waits' : length(oldestAgeMs)],
          ['Drains in', drainText(ready, drainsInMs)],
          rates && [
            'A minute',
            `${tenth(rates.enqueued)} in, ${tenth(rates.completed)} completed, ${tenth(rates.failed)} failed`,
          ],
          ...Object.entries(unroutable).map(
            ([name, count]) => ['No worker', `for ${name}: ${plural(count, 'task')} wait`] as const,
          ),
        ]}
      />
      <Figures of={{ queue }} unfinished={scheduled + ready + running + retrying}>
        <Limits queue={data} />
      </Figures>
      <Keys queue={queue} />
    </Page>
  );
}

const tenth = (rate: number): string => (rate >= 10 || rate === 0 ? rate.toFixed(0) : rate.toFixed(1));

function drainText(ready: number, drainsInMs: number | undefined): string {
  if (ready === 0) return 'nothing to drain';
  return drainsInMs === undefined ? 'it does not drain' : length(drainsInMs);
}
