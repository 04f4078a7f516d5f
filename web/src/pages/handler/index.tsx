/** One handler: who has it, what calls it, and how its tasks do. */

import { pathTo } from '../../core/api.js';
import { queuePlace, schedulePlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import { TASK_STATES } from '../../core/states.js';
import type { Counts } from '../../core/types.js';
import { number } from '../../core/words.js';
import type { PageProps } from '../../pages.js';
import { ActionButton } from '../../parts/action-button.js';
import { Facts, NotFound, Page, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Figures } from '../overview/figures.js';
import { askEnqueue } from '../tasks/enqueue.js';
import '../overview/overview.css';

interface Handler {
  name: string;
  workers: { id: string; name: string; concurrency: number; running: number }[];
  queues: { queue: string; ready: number; running: number; workers: number }[];
  schedules: string[];
  counts: Counts;
}

const SHOWN = 30;

export default function HandlerPage({ params: { name = '' } }: PageProps) {
  const { data, problem, refresh } = useQuery<Handler>(pathTo(['handlers', name]), { every: 3_000 });
  if (problem?.status === 404) return <NotFound what={`The handler ${name}`} />;
  if (!data) return <Page title={name}>{problem && <Trouble problem={problem} />}</Page>;
  const { workers, queues, schedules, counts } = data;
  return (
    <Page
      title={name}
      above={<a href="handlers">Handlers</a>}
      beside={workers.length === 0 && <span class="chip warns">no worker has it</span>}
      actions={
        <ActionButton
          name="Enqueue"
          icon="plus"
          isPrimary
          onClick={() => askEnqueue({ handler: name }, refresh)}
        />
      }
    >
      <ul class="tiles">
        {TASK_STATES.map((state) => (
          <li key={state}>
            <StateMark state={state} />
            <b>
              <a href={`tasks?handler=${encodeURIComponent(name)}&state=${state}`}>{number(counts[state])}</a>
            </b>
          </li>
        ))}
      </ul>
      <Facts
        of={[
          [
            'Workers',
            workers
              .slice(0, SHOWN)
              .map((worker) => worker.name)
              .join(', ') || 'none',
          ],
          [
            'Queues',
            queues.map(({ queue }) => (
              <a key={queue} class="chip" href={queuePlace(queue)}>
                {queue}
              </a>
            )),
          ],
          schedules.length > 0 && [
            'Schedules',
            <span class="chips">
              {schedules.slice(0, SHOWN).map((id) => (
                <a key={id} class="chip" href={schedulePlace(id)}>
                  {id}
                </a>
              ))}
              {schedules.length > SHOWN && <span class="quiet">and {schedules.length - SHOWN} more</span>}
            </span>,
          ],
        ]}
      />
      <Figures of={{ handler: name }} />
    </Page>
  );
}
