/** Every queue: how deep it is, how long its oldest task waits, how much of its bounds is used and when it has drained. */

import type { AlertShown } from '../../core/alerts.js';
import { queuePlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { Page as Items, QueueView } from '../../core/types.js';
import { length, plural, short } from '../../core/words.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { type Column, Table } from '../../parts/table.js';
import { UseBar } from '../../parts/use-bar.js';
import { IN_SHORT, useQueueAlerts } from './alerts-of.js';

interface Row extends QueueView {
  alerts: readonly AlertShown[];
}

const count = (
  head: string,
  width: string,
  of: (queue: QueueView) => number | undefined,
  hide?: 'wide' | 'narrow' | 'phone',
): Column<Row> => ({
  head,
  cell: (queue) => {
    const found = of(queue) ?? 0;
    return found === 0 ? <span class="quiet">0</span> : short(found);
  },
  width,
  isNumber: true,
  ...(hide ? { hide } : {}),
});

const COLUMNS: readonly Column<Row>[] = [
  {
    head: 'Queue',
    cell: ({ queue, alerts }) => (
      <>
        <a class="name" href={queuePlace(queue)}>
          {queue}
        </a>
        {alerts.map(({ id, kind, text, severity, isCleared }) =>
          IN_SHORT[kind] && !isCleared ? (
            <span key={id} class={`chip ${severity === 'info' ? '' : 'warns'}`} title={text}>
              {IN_SHORT[kind]}
            </span>
          ) : null,
        )}
      </>
    ),
  },
  {
    head: 'State',
    cell: ({ paused }) => (
      <StateMark state={paused ? 'paused' : 'enabled'} word={paused ? 'paused' : 'open'} />
    ),
    isState: true,
  },
  count('Ready', '68px', ({ ready }) => ready),
  count('Running', '68px', ({ running }) => running),
  count('Scheduled', '78px', ({ scheduled }) => scheduled, 'phone'),
  count('Retrying', '72px', ({ retrying }) => retrying, 'wide'),
  count('Dead', '60px', ({ dead }) => dead, 'phone'),
  {
    head: 'Oldest waits',
    cell: ({ oldestAgeMs }) => (oldestAgeMs === undefined ? <Nothing /> : length(oldestAgeMs)),
    width: '100px',
    isNumber: true,
    hide: 'phone',
  },
  {
    head: 'In / out a minute',
    cell: ({ rates }) =>
      rates && rates.enqueued + rates.completed + rates.failed > 0 ? (
        `${rates.enqueued.toFixed(0)} / ${(rates.completed + rates.failed).toFixed(0)}`
      ) : (
        <Nothing />
      ),
    width: '116px',
    isNumber: true,
    hide: 'wide',
  },
  {
    head: 'Drains in',
    cell: ({ ready = 0, drainsInMs }) =>
      ready === 0 ? <Nothing /> : drainsInMs === undefined ? 'it does not' : length(drainsInMs),
    width: '100px',
    isNumber: true,
    hide: 'wide',
  },
  {
    head: 'Limit used',
    cell: ({ limits = {} }) => {
      const [most] = Object.values(limits).toSorted((a, b) => b.used / b.limit - a.used / a.limit);
      return most ? <UseBar {...most} isShort /> : <span class="quiet">no limit</span>;
    },
    width: '140px',
    hide: 'narrow',
  },
];

const Nothing = () => <span class="quiet">–</span>;

export default function Queues() {
  const { data, problem } = useQuery<Items<QueueView>>('v1/queues?limit=1000', {
    every: 3_000,
    wakes: ({ type }) => type === 'queue.changed',
  });
  const alertsOf = useQueueAlerts();
  const rows = data?.items.map((queue) => ({ ...queue, alerts: alertsOf(queue.queue) }));
  const waiting = data?.items.reduce((sum, { ready = 0 }) => sum + ready, 0) ?? 0;
  return (
    <Page title="Queues" beside={waiting > 0 && <span class="quiet">{plural(waiting, 'task')} ready</span>}>
      {problem && !data && <Trouble problem={problem} />}
      {data?.items.length === 0 && (
        <EmptyState title="No queues yet." command="carillon tasks enqueue demo.greet --queue mail">
          The first task opens its queue.
        </EmptyState>
      )}
      {rows && rows.length > 0 && (
        <Table
          label="Queues"
          columns={COLUMNS}
          rows={rows}
          keyOf={({ queue }) => queue}
          hrefOf={({ queue }) => queuePlace(queue)}
        />
      )}
    </Page>
  );
}
