/** The concurrency keys of a queue: what waits and runs of each, those that are held back first. */

import { pathTo } from '../../core/api.js';
import { useQuery } from '../../core/query.js';
import type { KeyView, Page } from '../../core/types.js';
import { length, number, plural, short } from '../../core/words.js';
import { Section } from '../../parts/page.js';
import { type Column, Table } from '../../parts/table.js';
import { Time } from '../../parts/time.js';

const SHOWN = 20;

export function Keys({ queue }: { queue: string }) {
  const { data } = useQuery<Page<KeyView>>(pathTo(['queues', queue, 'keys'], { limit: 200 }), {
    every: 4_000,
    keep: true,
  });
  if (!data || data.items.length === 0) return null;
  // Those with most, by name: a row keeps its place while its numbers change.
  const rows = data.items
    .toSorted((a, b) => b.backlog - a.backlog || b.running - a.running)
    .slice(0, SHOWN)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const columns: readonly Column<KeyView>[] = [
    {
      head: 'Key',
      cell: ({ key, throttled }) => (
        <>
          <a class="name" href={`tasks?queue=${encodeURIComponent(queue)}&key=${encodeURIComponent(key)}`}>
            {key}
          </a>
          {throttled && <span class="chip">held back</span>}
        </>
      ),
    },
    { head: 'Ready', cell: ({ backlog }) => short(backlog), width: '84px', isNumber: true },
    { head: 'Running', cell: ({ running }) => short(running), width: '84px', isNumber: true },
    {
      head: 'Oldest waits',
      cell: ({ oldestWaitMs }) => (oldestWaitMs === undefined ? '–' : length(oldestWaitMs)),
      width: '120px',
      isNumber: true,
      hide: 'phone',
    },
    {
      head: 'Rate opens',
      cell: ({ opensAt }) => (opensAt ? <Time at={opensAt} /> : '–'),
      width: '120px',
      isNumber: true,
      hide: 'phone',
    },
  ];
  return (
    <Section
      title="Keys"
      beside={
        data.nextCursor || data.items.length > SHOWN
          ? `the ${number(rows.length)} with most`
          : plural(rows.length, 'key')
      }
    >
      <Table label="Keys" columns={columns} rows={rows} keyOf={({ key }) => key} />
    </Section>
  );
}
