/** Deeds on many tasks at once, and how far they have come. */

import { operationPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { Page as Items, OperationView } from '../../core/types.js';
import { length, number, plural } from '../../core/words.js';
import { EmptyState } from '../../parts/empty-state.js';
import { FilterChips } from '../../parts/filter-chips.js';
import { Page, Trouble } from '../../parts/page.js';
import { Progress } from '../../parts/progress.js';
import { StateMark } from '../../parts/state-mark.js';
import { type Column, Table } from '../../parts/table.js';
import { Time } from '../../parts/time.js';
import './operations.css';

const COLUMNS: readonly Column<OperationView>[] = [
  {
    head: 'Operation',
    cell: ({ id, kind }) => (
      <a class="name" href={operationPlace(id)}>
        {kind}
      </a>
    ),
    width: '112px',
  },
  { head: 'State', cell: ({ state }) => <StateMark state={state} />, isState: true },
  {
    head: 'Progress',
    cell: ({ done, failed, matched, state }) => (
      <span class="operation-progress">
        <Progress done={done} failed={failed} of={matched} isOver={state !== 'running'} />
        <span>
          {number(done)} <span class="quiet">of {number(matched)}</span>
          {failed > 0 && <span class="operation-failed">, {number(failed)} not</span>}
        </span>
      </span>
    ),
    width: 'min(260px, 48vw)',
  },
  { head: 'Of what', cell: ({ filter }) => <FilterChips filter={filter} />, hide: 'phone' },
  { head: 'By', cell: ({ by }) => by, width: '100px', hide: 'narrow' },
  { head: 'Begun', cell: ({ createdAt }) => <Time at={createdAt} />, width: '100px', hide: 'phone' },
  {
    head: 'Took',
    cell: ({ createdAt, finishedAt }) =>
      finishedAt === undefined ? (
        <span class="quiet">–</span>
      ) : (
        length(Date.parse(finishedAt) - Date.parse(createdAt))
      ),
    width: '100px',
    isNumber: true,
    hide: 'narrow',
  },
];

export default function Operations() {
  const { data, problem } = useQuery<Items<OperationView>>('v1/operations?limit=200', {
    every: 3_000,
    wakes: ({ type }) => type === 'operation.changed',
  });
  const running = data?.items.filter(({ state }) => state === 'running').length ?? 0;
  return (
    <Page
      title="Operations"
      beside={running > 0 && <span class="quiet">{plural(running, 'operation')} under way</span>}
    >
      {problem && !data && <Trouble problem={problem} />}
      {data?.items.length === 0 && (
        <EmptyState
          title="No operations yet."
          command="carillon tasks redrive --handler demo.settlement --count 3"
        >
          A deed on many tasks (cancel, redrive, reschedule, purge, backfill) runs as one.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <Table
          label="Operations"
          columns={COLUMNS}
          rows={data.items}
          keyOf={({ id }) => id}
          hrefOf={({ id }) => operationPlace(id)}
        />
      )}
      {data?.nextCursor && <p class="more-line">the latest {number(data.items.length)}</p>}
    </Page>
  );
}
