/** The functions that workers have: who has each, and what waits for it. */

import { handlerPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { Page as Items } from '../../core/types.js';
import { plural, short } from '../../core/words.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Trouble } from '../../parts/page.js';
import { type Column, Table } from '../../parts/table.js';

interface Handler {
  name: string;
  workerCount: number;
  scheduleCount: number;
  queues: string[];
  counts: { ready: number; running: number };
}

const COLUMNS: readonly Column<Handler>[] = [
  {
    head: 'Handler',
    cell: ({ name }) => (
      <a class="name" href={handlerPlace(name)}>
        {name}
      </a>
    ),
  },
  {
    head: 'Workers',
    cell: ({ workerCount }) =>
      workerCount === 0 ? <span class="chip warns">no worker</span> : plural(workerCount, 'worker'),
    width: '120px',
  },
  { head: 'Queues', cell: ({ queues }) => queues.join(', '), width: '24%', hide: 'phone' },
  {
    head: 'Schedules',
    cell: ({ scheduleCount }) => scheduleCount || '–',
    width: '100px',
    isNumber: true,
    hide: 'phone',
  },
  { head: 'Ready', cell: ({ counts }) => short(counts.ready), width: '84px', isNumber: true },
  { head: 'Running', cell: ({ counts }) => short(counts.running), width: '84px', isNumber: true },
];

export default function Handlers() {
  const { data, problem } = useQuery<Items<Handler>>('v1/handlers?limit=1000', {
    every: 4_000,
    wakes: ({ type }) => type.startsWith('worker.'),
  });
  return (
    <Page title="Handlers">
      {problem && !data && <Trouble problem={problem} />}
      {data?.items.length === 0 && (
        <EmptyState title="No worker has told of a handler." command="carillon worker handlers.mjs">
          A worker tells which functions it has when it joins.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <Table
          label="Handlers"
          columns={COLUMNS}
          rows={data.items}
          keyOf={({ name }) => name}
          hrefOf={({ name }) => handlerPlace(name)}
        />
      )}
    </Page>
  );
}
