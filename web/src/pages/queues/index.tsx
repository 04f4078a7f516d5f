/** Every queue: how deep it is, how long its oldest task waits, how fast it goes and when it has drained. */

import { queuePlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { Page as Items, QueueView } from '../../core/types.js';
import { length, short } from '../../core/words.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { type Column, Table } from '../../parts/table.js';

const count = (
  head: string,
  of: (queue: QueueView) => number | undefined,
  hide?: 'narrow' | 'phone',
): Column<QueueView> => ({
  head,
  cell: (queue) => short(of(queue) ?? 0),
  width: '84px',
  isNumber: true,
  ...(hide ? { hide } : {}),
});

const COLUMNS: readonly Column<QueueView>[] = [
  {
    head: 'Queue',
    cell: ({ queue, unroutable }) => {
      const lost = Object.keys(unroutable ?? {});
      return (
        <>
          <a class="name" href={queuePlace(queue)}>
            {queue}
          </a>
          {lost.length > 0 && (
            <>
              {' '}
              <span class="chip warns" title={lost.join(', ')}>
                no worker for {lost.length === 1 ? lost[0] : `${lost.length} handlers`}
              </span>
            </>
          )}
        </>
      );
    },
  },
  {
    head: 'State',
    cell: ({ paused }) => (
      <StateMark state={paused ? 'paused' : 'enabled'} word={paused ? 'paused' : 'open'} />
    ),
    isState: true,
  },
  count('Ready', ({ ready }) => ready),
  count('Running', ({ running }) => running),
  count('Scheduled', ({ scheduled }) => scheduled, 'phone'),
  count('Retrying', ({ retrying }) => retrying, 'narrow'),
  count('Dead', ({ dead }) => dead, 'phone'),
  {
    head: 'Oldest waits',
    cell: ({ oldestAgeMs }) => (oldestAgeMs === undefined ? '–' : length(oldestAgeMs)),
    width: '104px',
    isNumber: true,
    hide: 'phone',
  },
  {
    head: 'In / out a minute',
    cell: ({ rates }) =>
      rates ? `${rates.enqueued.toFixed(0)} / ${(rates.completed + rates.failed).toFixed(0)}` : '–',
    width: '128px',
    isNumber: true,
    hide: 'narrow',
  },
  {
    head: 'Drains in',
    cell: ({ drainsInMs }) => (drainsInMs === undefined ? '–' : length(drainsInMs)),
    width: '104px',
    isNumber: true,
    hide: 'narrow',
  },
];

export default function Queues() {
  const { data, problem } = useQuery<Items<QueueView>>('v1/queues?limit=1000', {
    every: 3_000,
    wakes: ({ type }) => type === 'queue.changed',
  });
  return (
    <Page title="Queues">
      {problem && !data && <Trouble problem={problem} />}
      {data?.items.length === 0 && (
        <EmptyState title="No queues yet." command="carillon tasks enqueue demo.greet --queue mail">
          The first task opens its queue.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <Table
          label="Queues"
          columns={COLUMNS}
          rows={data.items}
          keyOf={({ queue }) => queue}
          hrefOf={({ queue }) => queuePlace(queue)}
        />
      )}
    </Page>
  );
}
