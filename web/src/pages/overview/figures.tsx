/** How everything went: throughput, success, and how long things took, over a range that stands in the address. */

import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { pathTo } from '../../core/api.js';
import { now } from '../../core/clock.js';
import { useQuery } from '../../core/query.js';
import { query, withQuery } from '../../core/router.js';
import type { Percentiles, Stats } from '../../core/types.js';
import { length, number, short } from '../../core/words.js';
import { Chart, type Line } from '../../parts/chart.js';
import { Section } from '../../parts/page.js';
import { Sparkline } from '../../parts/sparkline.js';

const MINUTE = 60_000;
const SHORT = 5 * MINUTE;
/** ms back, and what one step of it counts. */
const RANGES = {
  '1h': { back: 60 * MINUTE, step: '1m', stepMs: MINUTE, words: '1 h', each: 'minute' },
  '6h': { back: 360 * MINUTE, step: '5m', stepMs: 5 * MINUTE, words: '6 h', each: '5 minutes' },
  '24h': { back: 1_440 * MINUTE, step: '15m', stepMs: 15 * MINUTE, words: '24 h', each: '15 minutes' },
  '7d': { back: 10_080 * MINUTE, step: '2h', stepMs: 120 * MINUTE, words: '7 d', each: '2 hours' },
  '30d': { back: 43_200 * MINUTE, step: '12h', stepMs: 720 * MINUTE, words: '30 d', each: '12 hours' },
} as const;
type Range = keyof typeof RANGES;

const MEASURES = {
  wait: { field: 'waitMs', words: 'Wait' },
  run: { field: 'runMs', words: 'Run' },
  lateness: { field: 'latenessMs', words: 'Lateness' },
} as const;
type Measure = keyof typeof MEASURES;

interface FiguresProps {
  /** A queue, a handler or a schedule; nothing for everything. */
  of?: Record<string, string>;
  /** Tasks that have not ended, as they are now: what came and went leads back from there. */
  unfinished?: number;
  /** Beside the last chart. */
  children?: ComponentChildren;
}

export function Figures({ of = {}, unfinished, children }: FiguresProps) {
  const asked = query.value.get('range');
  const range: Range = asked !== null && asked in RANGES ? (asked as Range) : '1h';
  const chosen = query.value.get('measure');
  const measure: Measure = chosen !== null && chosen in MEASURES ? (chosen as Measure) : 'wait';
  const { back, step, stepMs } = RANGES[range];
  // A step further at a time, so that the same question is asked until then.
  const to = Math.floor(now.value / stepMs) * stepMs + stepMs;
  const path = pathTo(['stats'], {
    ...of,
    from: new Date(to - back).toISOString(),
    to: new Date(to).toISOString(),
    step,
  });
  const { data } = useQuery<Stats>(path, { every: 10_000, keep: true });
  const hasDepth = unfinished !== undefined;
  const { times, counts, lengths } = useMemo(
    () => chartsOf(data, measure, hasDepth),
    [data, measure, hasDepth],
  );
  const depth = useMemo(() => depthOf(data, unfinished ?? 0), [data, unfinished]);
  if (!data) return null;
  return (
    <>
      <Tiles stats={data} perMinute={stepMs / MINUTE} />
      <div class="two-columns">
        <Section title="Finished" beside={`per ${RANGES[range].each}`} actions={<Ranges now={range} />}>
          <Chart label={`Tasks finished per ${step}`} times={times} lines={counts} tell={short} />
        </Section>
        {hasDepth && (
          <Section title="Unfinished" beside={`reckoned back from now, per ${RANGES[range].each}`}>
            <Chart label="Tasks that have not ended" times={times} lines={depth} tell={short} zeroIsTold />
          </Section>
        )}
        <Section title={MEASURES[measure].words} beside="p50, p95, p99" actions={<Measures now={measure} />}>
          <Chart
            label={`${MEASURES[measure].words}: percentiles per ${step}`}
            times={times}
            lines={lengths}
            tell={length}
          />
        </Section>
        {children}
      </div>
    </>
  );
}

function chartsOf(
  stats: Stats | undefined,
  measure: Measure,
  withNew: boolean,
): { times: number[]; counts: Line[]; lengths: Line[] } {
  const items = withoutBegun(stats);
  const { field } = MEASURES[measure];
  const percentile = (name: keyof Percentiles): (number | null)[] => items.map((item) => item[field][name]);
  return {
    times: items.map(({ at }) => Date.parse(at)),
    counts: [
      {
        label: 'completed',
        colour: '--completed',
        isArea: true,
        values: items.map(({ completed }) => completed),
      },
      ...(withNew
        ? [{ label: 'new', colour: '--ready', values: items.map(({ enqueued }) => enqueued) }]
        : []),
      { label: 'failed attempts', colour: '--retrying', values: items.map(({ failed }) => failed) },
      { label: 'dead', colour: '--dead', values: items.map(({ dead }) => dead) },
    ],
    lengths: [
      { label: 'p50', colour: '--accent', isArea: true, values: percentile('p50') },
      { label: 'p95', colour: '--ready', values: percentile('p95') },
      { label: 'p99', colour: '--running', values: percentile('p99') },
    ],
  };
}

/** Of short steps the one that has just begun is left out: it would look as if everything stood still. */
function withoutBegun(stats: Stats | undefined): Stats['items'] {
  const items = stats?.items ?? [];
  const [before, last] = items.slice(-2);
  if (!before || !last || before.completed === 0) return items;
  return Date.parse(last.at) - Date.parse(before.at) <= SHORT ? items.slice(0, -1) : items;
}

/** Each step as it was at its end; what is redriven counts as unfinished since it died. */
function depthOf(stats: Stats | undefined, unfinished: number): Line[] {
  const items = stats?.items ?? [];
  const shown = withoutBegun(stats).length;
  const values: number[] = new Array(items.length);
  let left = unfinished;
  for (let i = items.length - 1; i >= 0; i -= 1) {
    values[i] = Math.max(0, left);
    const step = items[i];
    if (step) left -= step.enqueued - step.completed - step.dead - step.cancelled;
  }
  return [{ label: 'unfinished', colour: '--ready', isArea: true, values: values.slice(0, shown) }];
}

function Tiles({ stats, perMinute }: { stats: Stats; perMinute: number }) {
  const { items, total } = stats;
  const ended = total.completed + total.dead;
  const success = ended === 0 ? null : (total.completed / ended) * 100;
  // A cluster that began within the range has its rate since then.
  const begun = items.findIndex(({ enqueued, completed, failed }) => enqueued + completed + failed > 0);
  const minutes = (items.length - Math.max(0, begun)) * perMinute;
  const shown = withoutBegun(stats);
  return (
    <ul class="tiles">
      <Tile name="Throughput" value={`${rate(total.completed / Math.max(1, minutes))} / min`}>
        <Sparkline values={shown.map(({ completed }) => completed)} label="Completed" />
      </Tile>
      <Tile
        name="Success"
        value={
          success === null ? '–' : `${success === 100 ? '100' : success.toFixed(success > 99 ? 2 : 1)} %`
        }
      >
        <span class="quiet">
          {number(total.dead)} dead, {number(total.failed)} failed attempts
        </span>
      </Tile>
      <Tile name="Wait p95" value={told(total.waitMs.p95)}>
        <span class="quiet">p50 {told(total.waitMs.p50)}</span>
      </Tile>
      <Tile name="Run p95" value={told(total.runMs.p95)}>
        <span class="quiet">p50 {told(total.runMs.p50)}</span>
      </Tile>
      <Tile name="Lateness p95" value={told(total.latenessMs.p95)}>
        <span class="quiet">p50 {told(total.latenessMs.p50)}</span>
      </Tile>
    </ul>
  );
}

const told = (ms: number | null): string => (ms === null ? '–' : length(ms));
const rate = (value: number): string => (value >= 10 ? short(Math.round(value)) : value.toFixed(1));

function Tile({ name, value, children }: { name: string; value: string; children: ComponentChildren }) {
  return (
    <li>
      <span class="tile-name">{name}</span>
      <b>{value}</b>
      {children}
    </li>
  );
}

function Ranges({ now: current }: { now: Range }) {
  return (
    <nav class="segments" aria-label="Range">
      {(Object.keys(RANGES) as Range[]).map((one) => (
        <a key={one} href={withQuery({ range: one })} aria-current={one === current ? 'true' : undefined}>
          {RANGES[one].words}
        </a>
      ))}
    </nav>
  );
}

function Measures({ now: current }: { now: Measure }) {
  return (
    <nav class="segments" aria-label="Measure">
      {(Object.keys(MEASURES) as Measure[]).map((one) => (
        <a key={one} href={withQuery({ measure: one })} aria-current={one === current ? 'true' : undefined}>
          {MEASURES[one].words}
        </a>
      ))}
    </nav>
  );
}
