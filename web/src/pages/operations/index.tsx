/** Deeds on many tasks at once, and how far they have come. */

import { operationPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { Page as Items, OperationView } from '../../core/types.js';
import { number } from '../../core/words.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { type Column, Table } from '../../parts/table.js';
import { Time } from '../../parts/time.js';

const COLUMNS: readonly Column<OperationView>[] = [
  {
    head: 'Operation',
    cell: ({ id, kind }) => (
      <a class="name" href={operationPlace(id)}>
        {kind}
      </a>
    ),
    width: '16%',
  },
  { head: 'State', cell: ({ state }) => <StateMark state={state} />, isState: true },
  {
    head: 'Done',
    cell: ({ done, matched }) => `${number(done)} of ${number(matched)}`,
    width: '130px',
    isNumber: true,
  },
  { head: 'Of what', cell: ({ filter }) => <code>{JSON.stringify(filter)}</code>, hide: 'phone' },
  { head: 'By', cell: ({ by }) => by, width: '12%', hide: 'narrow' },
  { head: 'Begun', cell: ({ createdAt }) => <Time at={createdAt} />, width: '110px', hide: 'phone' },
];

export default function Operations() {
  const { data, problem } = useQuery<Items<OperationView>>('v1/operations?limit=200', {
    every: 3_000,
    wakes: ({ type }) => type === 'operation.changed',
  });
  return (
    <Page title="Operations">
      {problem && !data && <Trouble problem={problem} />}
      {data?.items.length === 0 && (
        <EmptyState
          title="No operations yet."
          command="carillon tasks redrive --handler demo.settle --count 3"
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
    </Page>
  );
}
