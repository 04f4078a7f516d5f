/** The functions that workers have: who has each, and what waits for it. */

import { handlerPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import { navigate, query, withQuery } from '../../core/router.js';
import { useSearch } from '../../core/search.js';
import type { HandlerView, Page as Items } from '../../core/types.js';
import { number, plural, short } from '../../core/words.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Trouble } from '../../parts/page.js';
import { type Column, Table } from '../../parts/table.js';

const QUEUES = 4;

const count = (head: string, of: (handler: HandlerView) => number): Column<HandlerView> => ({
  head,
  cell: (handler) => {
    const found = of(handler);
    return found === 0 ? <span class="quiet">0</span> : short(found);
  },
  width: '84px',
  isNumber: true,
});

const COLUMNS: readonly Column<HandlerView>[] = [
  {
    head: 'Handler',
    cell: ({ name, workerCount }) => (
      <>
        <a class="name" href={handlerPlace(name)}>
          {name}
        </a>
        {workerCount === 0 && <span class="chip warns">no worker</span>}
      </>
    ),
  },
  {
    head: 'Workers',
    cell: ({ workerCount, workers }) => (
      <span title={workers.map(({ name }) => name).join(', ')}>
        {workerCount === 0 ? <span class="quiet">0</span> : number(workerCount)}
      </span>
    ),
    width: '84px',
    isNumber: true,
  },
  { ...count('Schedules', ({ scheduleCount }) => scheduleCount), hide: 'phone' },
  count('Ready', ({ counts }) => counts.ready),
  { ...count('Running', ({ counts }) => counts.running), hide: 'phone' },
  {
    head: 'Queues',
    cell: ({ queues }) => <Queues names={queues} />,
    width: '38%',
    hide: 'phone',
  },
];

/** A worker that serves all queues is told as such; the names are those that something is known of. */
function Queues({ names }: { names: readonly string[] }) {
  const own = names.filter((name) => name !== '*');
  return (
    <span title={own.join(', ')}>
      {own.slice(0, QUEUES).join(', ')}
      {own.length > QUEUES && <span class="quiet"> and {own.length - QUEUES} more</span>}
    </span>
  );
}

export default function Handlers() {
  const { data, problem } = useQuery<Items<HandlerView>>('v1/handlers?limit=1000&schema=false', {
    every: 4_000,
    wakes: ({ type }) => type.startsWith('worker.'),
  });
  const text = query.value.get('q') ?? '';
  useSearch('Search handlers', text, (q) => navigate(withQuery({ q: q || undefined }), { replace: true }));
  const rows = data?.items.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  return (
    <Page
      title="Handlers"
      beside={rows && rows.length > 0 && <span class="quiet">{plural(rows.length, 'handler')}</span>}
    >
      {problem && !data && <Trouble problem={problem} />}
      {data?.items.length === 0 && (
        <EmptyState title="No worker has told of a handler." command="carillon worker handlers.mjs">
          A worker tells which functions it has when it joins.
        </EmptyState>
      )}
      {rows?.length === 0 && data?.items.length !== 0 && (
        <p class="quiet pad">No handler has this in its name.</p>
      )}
      {rows && rows.length > 0 && (
        <Table
          label="Handlers"
          columns={COLUMNS}
          rows={rows}
          keyOf={({ name }) => name}
          hrefOf={({ name }) => handlerPlace(name)}
        />
      )}
    </Page>
  );
}
