/** One handler: who has it and where, what calls it, and how its tasks do. */

import { pathTo } from '../../core/api.js';
import { queuePlace, schedulePlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { HandlerDetail } from '../../core/types.js';
import { plural, short } from '../../core/words.js';
import type { PageProps } from '../../pages.js';
import { ActionButton } from '../../parts/action-button.js';
import { Depths } from '../../parts/depths.js';
import { NotFound, Page, Section, Trouble } from '../../parts/page.js';
import { type Column, Table } from '../../parts/table.js';
import { UseBar } from '../../parts/use-bar.js';
import { Figures } from '../overview/figures.js';
import { askEnqueue } from '../tasks/enqueue.js';
import '../overview/overview.css';

const SHOWN = 30;

const WORKERS: readonly Column<HandlerDetail['workers'][number]>[] = [
  {
    head: 'Worker',
    cell: ({ name }) => (
      <a class="name" href="workers">
        {name}
      </a>
    ),
  },
  {
    head: 'Slots taken',
    cell: ({ running, concurrency }) => <UseBar used={running} limit={concurrency} />,
    width: '220px',
  },
];

const QUEUES: readonly Column<HandlerDetail['queues'][number]>[] = [
  {
    head: 'Queue',
    cell: ({ queue, workers, ready }) => (
      <>
        <a class="name" href={queuePlace(queue)}>
          {queue}
        </a>
        {workers === 0 && ready > 0 && <span class="chip warns">no worker</span>}
      </>
    ),
  },
  { head: 'Ready', cell: ({ ready }) => short(ready), width: '76px', isNumber: true },
  { head: 'Running', cell: ({ running }) => short(running), width: '76px', isNumber: true },
  { head: 'Workers', cell: ({ workers }) => short(workers), width: '76px', isNumber: true },
];

export default function HandlerPage({ params: { name = '' } }: PageProps) {
  const { data, problem, refresh } = useQuery<HandlerDetail>(pathTo(['handlers', name]), { every: 3_000 });
  if (problem?.status === 404) return <NotFound what={`The handler ${name}`} />;
  if (!data) return <Page title={name}>{problem && <Trouble problem={problem} />}</Page>;
  const { workers, workerCount, queues, schedules, counts } = data;
  // Where something is, or could be: a worker of all queues makes every queue one of them.
  const places = queues.filter(({ queue }) => queue !== '*');
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
      <Depths counts={counts} of={{ handler: name }} />
      <Figures of={{ handler: name }} />
      {schedules.length > 0 && (
        <Section title="Called by" beside={plural(schedules.length, 'schedule')}>
          <p class="chips pad">
            {schedules.slice(0, SHOWN).map((id) => (
              <a key={id} class="chip" href={schedulePlace(id)}>
                {id}
              </a>
            ))}
            {schedules.length > SHOWN && <span class="quiet">and {schedules.length - SHOWN} more</span>}
          </p>
        </Section>
      )}
      <div class="two-columns">
        <Section title="Workers" beside={plural(workerCount, 'worker has it', 'workers have it')}>
          {workers.length === 0 ? (
            <p class="quiet pad">
              Its tasks wait until one has: <code>carillon worker handlers.mjs</code>
            </p>
          ) : (
            <Table label="Workers" columns={WORKERS} rows={workers.slice(0, SHOWN)} keyOf={({ id }) => id} />
          )}
        </Section>
        <Section title="Queues" beside="where its tasks stand, or its workers serve">
          <Table label="Queues" columns={QUEUES} rows={places.slice(0, SHOWN)} keyOf={({ queue }) => queue} />
        </Section>
      </div>
    </Page>
  );
}
