/** What comes next: runs of schedules and tasks that wait for their time, with how many start when. */

import { useMemo } from 'preact/hooks';
import { pathTo } from '../../core/api.js';
import { now } from '../../core/clock.js';
import { schedulePlace, taskPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import { query, withQuery } from '../../core/router.js';
import type { Page as Items, UpcomingItem } from '../../core/types.js';
import { countdown, number, plural } from '../../core/words.js';
import { Chart } from '../../parts/chart.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Section, Trouble } from '../../parts/page.js';
import { type Column, Table } from '../../parts/table.js';
import { Time } from '../../parts/time.js';

const MINUTE = 60_000;
const RANGES = {
  '1h': { ahead: 60 * MINUTE, step: '1m' },
  '24h': { ahead: 1_440 * MINUTE, step: '15m' },
  '7d': { ahead: 10_080 * MINUTE, step: '2h' },
} as const;
type Range = keyof typeof RANGES;
const SHOWN = 500;

interface Load {
  step: string;
  items: { at: string; starts: number }[];
  total: number;
  peaks: { at: string; starts: number; schedules: string[]; more?: number }[];
}

const COLUMNS: readonly Column<UpcomingItem>[] = [
  {
    head: 'In',
    cell: ({ at }) => (
      <b>
        <Left at={Date.parse(at)} />
      </b>
    ),
    width: '92px',
  },
  { head: 'At', cell: ({ at }) => <Time at={at} as="clock" />, width: '150px' },
  {
    head: 'What',
    cell: ({ schedule, id }) =>
      schedule ? (
        <a href={schedulePlace(schedule.id)}>{schedule.id}</a>
      ) : (
        <a class="code" href={taskPlace(id)}>
          {id}
        </a>
      ),
  },
  {
    head: 'Kind',
    cell: ({ kind, state }) => <span class="quiet">{kind === 'task' ? (state ?? 'task') : 'run'}</span>,
    width: '96px',
    hide: 'phone',
  },
  { head: 'Handler', cell: ({ handler }) => handler, width: '20%', hide: 'phone' },
  { head: 'Queue', cell: ({ queue }) => queue, width: '12%', hide: 'narrow' },
];

const Left = ({ at }: { at: number }) => <>{countdown(at - now.value)}</>;

export default function Upcoming() {
  const asked = query.value.get('range');
  const range: Range = asked !== null && asked in RANGES ? (asked as Range) : '1h';
  const { ahead, step } = RANGES[range];
  const from = Math.floor(now.value / MINUTE) * MINUTE;
  const [begin, end] = [new Date(from).toISOString(), new Date(from + ahead).toISOString()];
  const options = {
    every: 10_000,
    keep: true,
    wakes: ({ type }: { type: string }) => /^schedule\.(changed|removed|paused|resumed)$/.test(type),
  };
  const { data, problem } = useQuery<Items<UpcomingItem>>(
    pathTo(['upcoming'], { from: begin, to: end, limit: SHOWN }),
    options,
  );
  const { data: load } = useQuery<Load>(
    pathTo(['upcoming', 'load'], { from: begin, to: end, step }),
    options,
  );
  const rows = data?.items.filter(({ at }) => Date.parse(at) > now.value - 1_000);
  return (
    <Page
      title="Upcoming"
      actions={
        <nav class="segments" aria-label="Range">
          {(Object.keys(RANGES) as Range[]).map((one) => (
            <a key={one} href={withQuery({ range: one })} aria-current={one === range ? 'true' : undefined}>
              {one}
            </a>
          ))}
        </nav>
      }
    >
      {problem && !data && <Trouble problem={problem} />}
      {load && load.total > 0 && <Starts load={load} />}
      {rows?.length === 0 && (
        <EmptyState
          title="Nothing comes in this time."
          command={`carillon tasks enqueue demo.greet --delay 10m`}
        />
      )}
      {rows && rows.length > 0 && (
        <Section
          title="In order"
          beside={data?.nextCursor ? `the first ${number(rows.length)}` : plural(rows.length, 'start')}
        >
          <Table label="Upcoming" columns={COLUMNS} rows={rows} keyOf={({ id, at }) => id + at} />
        </Section>
      )}
    </Page>
  );
}

function Starts({ load }: { load: Load }) {
  const { times, lines } = useMemo(
    () => ({
      times: load.items.map(({ at }) => Date.parse(at)),
      lines: [
        { label: 'starts', colour: '--accent', isBars: true, values: load.items.map(({ starts }) => starts) },
      ],
    }),
    [load],
  );
  return (
    <Section title="Load" beside={`${plural(load.total, 'start')}, counted per ${load.step}`}>
      <Chart label={`Starts per ${load.step}`} times={times} lines={lines} tell={number} height={140} />
      {load.peaks.length > 0 && (
        <p class="chips pad">
          <span class="quiet">Most at once:</span>
          {load.peaks.slice(0, 5).map(({ at, starts, schedules, more }) => (
            <span key={at} class="chip" title={schedules.join(', ') + (more ? ` and ${more} more` : '')}>
              {number(starts)} at <Time at={at} as="clock" />
            </span>
          ))}
        </p>
      )}
    </Section>
  );
}
