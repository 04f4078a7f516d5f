/** What comes next: how much starts when, each schedule on a lane of its own, and tasks that wait for their time. */

import { useMemo } from 'preact/hooks';
import { pathTo } from '../../core/api.js';
import { now } from '../../core/clock.js';
import { useQuery } from '../../core/query.js';
import { query, withQuery } from '../../core/router.js';
import type { Page as Items, LoadView, UpcomingItem } from '../../core/types.js';
import { number, plural } from '../../core/words.js';
import { Chart } from '../../parts/chart.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Section, Trouble } from '../../parts/page.js';
import { Time } from '../../parts/time.js';
import { Lanes } from './lanes.js';
import { Waiting } from './waiting.js';
import './upcoming.css';

const MINUTE = 60_000;
const RANGES = {
  '1h': { ahead: 60 * MINUTE, step: '1m', words: '1 h', each: 'minute' },
  '24h': { ahead: 1_440 * MINUTE, step: '15m', words: '24 h', each: '15 minutes' },
  '7d': { ahead: 10_080 * MINUTE, step: '2h', words: '7 d', each: '2 hours' },
  '30d': { ahead: 43_200 * MINUTE, step: '12h', words: '30 d', each: '12 hours' },
} as const;
type Range = keyof typeof RANGES;
/** Instants of all schedules, of one of them, and tasks. */
const MOST = 1_000;
const EACH = 61;
const TASKS = 200;

export default function Upcoming() {
  const asked = query.value.get('range');
  const range: Range = asked !== null && asked in RANGES ? (asked as Range) : '1h';
  const { ahead, step, each } = RANGES[range];
  const from = Math.floor(now.value / MINUTE) * MINUTE;
  const [begin, end] = [new Date(from).toISOString(), new Date(from + ahead).toISOString()];
  const options = {
    every: 10_000,
    keep: true,
    wakes: ({ type }: { type: string }) => /^schedule\.(changed|removed|paused|resumed)$/.test(type),
  };
  const span = { from: begin, to: end };
  const { data, problem } = useQuery<Items<UpcomingItem>>(
    pathTo(['upcoming'], { ...span, kind: 'occurrence', each: EACH, limit: MOST }),
    options,
  );
  const { data: tasks } = useQuery<Items<UpcomingItem>>(
    pathTo(['upcoming'], { ...span, kind: 'task', limit: TASKS }),
    options,
  );
  const { data: load } = useQuery<LoadView>(pathTo(['upcoming', 'load'], { ...span, step }), options);
  const isEmpty = data?.items.length === 0 && tasks?.items.length === 0;
  return (
    <Page
      title="Upcoming"
      beside={load && load.total > 0 && <span class="quiet">{plural(load.total, 'start')}</span>}
      actions={
        <nav class="segments" aria-label="Range">
          {(Object.keys(RANGES) as Range[]).map((one) => (
            <a key={one} href={withQuery({ range: one })} aria-current={one === range ? 'true' : undefined}>
              {RANGES[one].words}
            </a>
          ))}
        </nav>
      }
    >
      {problem && !data && <Trouble problem={problem} />}
      {isEmpty && (
        <EmptyState
          title="Nothing comes in this time."
          command="carillon tasks enqueue demo.greet --delay 10m"
        />
      )}
      {load && load.total > 0 && <Starts load={load} each={each} />}
      {data && data.items.length > 0 && (
        <Lanes items={data.items} isCut={data.nextCursor !== null} from={from} ahead={ahead} each={EACH} />
      )}
      {tasks && tasks.items.length > 0 && (
        <Waiting items={tasks.items} isCut={tasks.nextCursor !== null} words={RANGES[range].words} />
      )}
    </Page>
  );
}

function Starts({ load, each }: { load: LoadView; each: string }) {
  const { times, lines } = useMemo(
    () => ({
      times: load.items.map(({ at }) => Date.parse(at)),
      lines: [
        { label: 'starts', colour: '--accent', isBars: true, values: load.items.map(({ starts }) => starts) },
        {
          label: 'of them delayed tasks',
          colour: '--scheduled',
          isBars: true,
          values: load.items.map(({ tasks }) => tasks),
        },
      ],
    }),
    [load],
  );
  // A peak of one schedule is no herd.
  const herds = load.peaks.filter(({ starts }) => starts > 1).slice(0, 5);
  return (
    <Section title="Load" beside={`starts per ${each}`}>
      <Chart label={`Starts per ${each}`} times={times} lines={lines} tell={number} height={140} />
      {load.until && (
        <p class="quiet">
          Very many start: counted up to <Time at={load.until} as="clock" />.
        </p>
      )}
      {herds.length > 0 && (
        <p class="chips herds">
          <span class="quiet">Most in one second</span>
          {herds.map(({ at, starts, schedules, more }) => (
            <span key={at} class="chip" title={schedules.join(', ') + (more ? ` and ${more} more` : '')}>
              <b>{number(starts)}</b> at <Time at={at} as="clock" />
            </span>
          ))}
        </p>
      )}
    </Section>
  );
}
