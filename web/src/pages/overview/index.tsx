/** What happens now, what is wrong, what comes next, and how it went. */

import { useQuery } from '../../core/query.js';
import type { ClusterView, Page as Items, WorkerView } from '../../core/types.js';
import { bytes, plural } from '../../core/words.js';
import { Page } from '../../parts/page.js';
import { Ahead } from './ahead.js';
import { Alerts } from './alerts.js';
import { Figures } from './figures.js';
import { Roll } from './roll.js';
import { known } from './roll-lanes.js';
import './overview.css';

export default function Overview() {
  return (
    <Page title="Overview" beside={<Health />}>
      <Alerts />
      <Roll />
      {/* Not before it is known how high the roll is: what stands below it would have to move. */}
      {known.value && (
        <>
          <Figures />
          <Ahead />
        </>
      )}
    </Page>
  );
}

/** Who is there, and how Redis is. */
function Health() {
  const { data } = useQuery<ClusterView>('v1/cluster');
  const { data: workers } = useQuery<Items<WorkerView>>('v1/workers', {
    wakes: ({ type }) => type.startsWith('worker.'),
  });
  if (!data || !workers) return null;
  const slots = workers.items.reduce((sum, { concurrency }) => sum + concurrency, 0);
  const busy = workers.items.reduce((sum, { runningCount }) => sum + runningCount, 0);
  return (
    <p class="health quiet">
      <a href="cluster">{plural(data.nodes.length, 'node')}</a>
      <a href="workers">
        {plural(workers.items.length, 'worker')}, {busy} of {slots} slots busy
      </a>
      <a href="cluster">
        Redis {data.redis.version}, {bytes(data.redis.usedMemory)}
      </a>
    </p>
  );
}
