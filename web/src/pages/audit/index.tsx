/** Who changed what, and when: one entry for each change made through API, command line or dashboard. */

import { useSignal } from '@preact/signals';
import { ask } from '../../core/api.js';
import { useQuery } from '../../core/query.js';
import type { Page as Items } from '../../core/types.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Trouble } from '../../parts/page.js';
import { type Column, Table } from '../../parts/table.js';
import { Time } from '../../parts/time.js';

interface Entry {
  at: string;
  by: string;
  action: string;
  subject: string;
  before?: unknown;
  after?: unknown;
  requestId: string;
}

const COLUMNS: readonly Column<Entry>[] = [
  { head: 'When', cell: ({ at }) => <Time at={at} />, width: '110px' },
  { head: 'By', cell: ({ by }) => by, width: '14%' },
  { head: 'What', cell: ({ action }) => <b>{action}</b>, width: '18%' },
  { head: 'Of', cell: ({ subject }) => subject, width: '20%', hide: 'phone' },
  {
    head: 'Change',
    cell: ({ before, after }) => <code title={said(before, after)}>{said(before, after)}</code>,
    hide: 'narrow',
  },
];

const said = (before: unknown, after: unknown): string =>
  [before, after]
    .filter((one) => one !== undefined)
    .map((one) => JSON.stringify(one).slice(0, 300))
    .join(' → ');

const PATH = 'v1/audit?limit=100';

export default function Audit() {
  const { data, problem } = useQuery<Items<Entry>>(PATH, { every: 5_000 });
  const older = useSignal<{ items: readonly Entry[]; next: string | null } | null>(null);
  const next = older.value ? older.value.next : (data?.nextCursor ?? null);
  const rows = data ? [...data.items, ...(older.value?.items ?? [])] : undefined;
  const loadMore = async (): Promise<void> => {
    if (!next) return;
    const page = await ask<Items<Entry>>(`${PATH}&cursor=${encodeURIComponent(next)}`);
    older.value = { items: [...(older.value?.items ?? []), ...page.items], next: page.nextCursor };
  };
  return (
    <Page title="Audit">
      {problem && problem.status !== 404 && !data && <Trouble problem={problem} />}
      {(rows?.length === 0 || problem?.status === 404) && (
        <EmptyState title="Nothing was changed yet." command="carillon audit">
          Each change made through API, command line or dashboard leaves one entry.
        </EmptyState>
      )}
      {rows && rows.length > 0 && (
        <Table
          label="Audit"
          columns={COLUMNS}
          rows={rows}
          keyOf={({ requestId, subject, at }) => requestId + subject + at}
        />
      )}
      {next && (
        <p class="more-line">
          <button type="button" class="button small" onClick={() => void loadMore()}>
            Show more
          </button>
        </p>
      )}
    </Page>
  );
}
