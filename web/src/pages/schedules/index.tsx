/** Every schedule: when it runs in words, what comes next, how its latest runs ended, and who paused it. */

import { useSignal } from '@preact/signals';
import { ask, pathTo } from '../../core/api.js';
import { schedulePlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import { navigate, query, withQuery } from '../../core/router.js';
import { barsOf, RUNS, RunHint } from '../../core/run-bars.js';
import { useSearch } from '../../core/search.js';
import type { Page as Items, ScheduleView } from '../../core/types.js';
import { expressionOf, meaningOf, policiesOf } from '../../core/when.js';
import { askFilter, type FilterField } from '../../parts/ask-filter.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Trouble } from '../../parts/page.js';
import { RunStrip } from '../../parts/run-strip.js';
import { StateMark } from '../../parts/state-mark.js';
import { type Column, Table } from '../../parts/table.js';
import { NewPage } from '../schedule/edit-page.js';
import { ManyActions } from './many.js';
import { LastRun, NextRun } from './runs.js';
import './schedules.css';

const STATES = ['enabled', 'paused', 'disabled', 'shadow', 'finished', 'faulty'] as const;
const AT_ONCE = 100;
const FILTERS: readonly FilterField[] = [
  { name: 'label', label: 'Label', hint: 'tier=gold; several with commas between' },
  { name: 'queue', label: 'Queue' },
  { name: 'handler', label: 'Handler' },
  { name: 'set', label: 'File set' },
];

const COLUMNS: readonly Column<ScheduleView>[] = [
  {
    head: 'Schedule',
    cell: ({ id, description, source }) => (
      <span class="two-lines">
        <a class="name" href={schedulePlace(id)} title={id}>
          {id}
        </a>
        <small class="whence">
          {description && <span title={description}>{description}</span>}
          <Whence source={source} />
        </small>
      </span>
    ),
  },
  {
    head: 'When',
    cell: (schedule) => {
      const meaning = meaningOf(schedule);
      const expression = expressionOf(schedule);
      return (
        <span class="two-lines" title={rulesOf(schedule)}>
          <span>{meaning ?? <code>{expression}</code>}</span>
          <small>
            <code>{expression}</code> {schedule.timezone}
            <span class="unseen">. {rulesOf(schedule)}</span>
          </small>
        </span>
      );
    },
    width: '20%',
    hide: 'phone',
  },
  { head: 'State', cell: (schedule) => <Standing schedule={schedule} />, isState: true },
  { head: 'Next run', cell: (schedule) => <NextRun schedule={schedule} />, width: '132px' },
  { head: 'Last run', cell: (schedule) => <LastRun schedule={schedule} />, width: '150px', hide: 'phone' },
  {
    head: 'Latest runs',
    cell: ({ runs, timezone }) => (
      <span class="strip-cell">
        <RunStrip bars={barsOf(runs, timezone)} places={60} hint={(bar) => <RunHint {...bar} />} />
      </span>
    ),
    // As many as there is room for, the latest on the right.
    width: 'clamp(0px, calc(100vw - 1128px), 299px)',
    hide: 'narrow',
  },
];

/** Its policies in words, one a line. */
const rulesOf = (schedule: ScheduleView): string =>
  policiesOf(schedule)
    .map(([name, text]) => `${name}: ${text}`)
    .join('\n');

/** The file and the line that declare it; the page of one schedule has the whole path. */
function Whence({ source: { kind, file, line } }: { source: ScheduleView['source'] }) {
  if (!file) return <code>{kind}</code>;
  const path = line ? `${file}:${line}` : file;
  return <code title={path}>{path.split('/').at(-1)}</code>;
}

/** Paused: by whom, until when, and why. */
function Standing({ schedule: { state, paused, pausedBy, fault } }: { schedule: ScheduleView }) {
  const why = [paused && `paused by ${pausedBy}`, paused?.reason, fault].filter(Boolean).join(': ');
  return (
    <span class="two-lines">
      <StateMark state={state} title={why || undefined} />
      {paused && (
        <small class="standing-more" title={why}>
          by {pausedBy}
        </small>
      )}
      {fault && (
        <small class="standing-more" title={fault}>
          {fault}
        </small>
      )}
    </span>
  );
}

export default function Schedules() {
  const fields = query.value;
  const filters = {
    q: fields.get('q') ?? undefined,
    state: fields.get('state') ?? undefined,
    label: fields.getAll('label'),
    queue: fields.get('queue') ?? undefined,
    handler: fields.get('handler') ?? undefined,
    set: fields.get('set') ?? undefined,
  };
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const rest = useSignal<{ path: string; items: readonly ScheduleView[]; next: string | null } | null>(null);
  const path = pathTo(['schedules'], { ...filters, runs: RUNS, limit: AT_ONCE });
  const { data, problem, refresh } = useQuery<Items<ScheduleView>>(path, {
    every: 4_000,
    keep: true,
    wakes: ({ type }) => type.startsWith('schedule.'),
  });
  useSearch('Search schedules', filters.q ?? '', (text) => {
    navigate(withQuery({ q: text || undefined }), { replace: true });
  });
  const more = rest.value?.path === path ? rest.value : null;
  const next = more ? more.next : (data?.nextCursor ?? null);
  const rows = data ? [...data.items, ...(more?.items ?? [])] : undefined;
  const loadMore = async (): Promise<void> => {
    if (!next) return;
    const page = await ask<Items<ScheduleView>>(`${path}&cursor=${encodeURIComponent(next)}`);
    rest.value = { path, items: [...(more?.items ?? []), ...page.items], next: page.nextCursor };
  };
  if (fields.has('new')) return <NewPage />;
  const isFiltered = fields.size > 0;
  return (
    <Page
      title="Schedules"
      actions={
        <>
          <ManyActions
            chosen={chosen}
            filter={filters}
            onDone={async () => {
              chosen.value = new Set();
              await refresh();
            }}
          />
          <button type="button" class="button" onClick={() => askFilter('Filter schedules', FILTERS)}>
            Filter
          </button>
          <a class="button primary" href="schedules?new">
            New
          </a>
        </>
      }
    >
      <nav class="tabs" aria-label="State">
        <a href={withQuery({ state: undefined })} aria-current={filters.state ? undefined : 'page'}>
          All
        </a>
        {STATES.map((state) => (
          <a
            key={state}
            href={withQuery({ state })}
            aria-current={filters.state === state ? 'page' : undefined}
          >
            <StateMark state={state} />
          </a>
        ))}
      </nav>
      <Chips />
      {problem && !rows && <Trouble problem={problem} />}
      {rows?.length === 0 &&
        (isFiltered ? (
          <EmptyState title="No schedule fits." />
        ) : (
          <EmptyState title="No schedules yet." command="carillon schedules apply schedules">
            A YAML file in <code>schedules/</code> makes one; it is applied as soon as it is saved.
          </EmptyState>
        ))}
      {rows && rows.length > 0 && (
        <Table
          label="Schedules"
          columns={COLUMNS}
          rows={rows}
          keyOf={({ id }) => id}
          hrefOf={({ id }) => schedulePlace(id)}
          rowHeight={44}
          chosen={chosen}
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

/** The filters that have no tab and no box: each is taken away by a click. */
function Chips() {
  const names = ['label', 'queue', 'handler', 'set'].filter((name) => query.value.has(name));
  if (names.length === 0) return null;
  return (
    <p class="chips">
      {names.map((name) => (
        <a key={name} class="chip" href={withQuery({ [name]: undefined })} title="Take this filter away">
          {name}: {query.value.getAll(name).join(', ')} ×
        </a>
      ))}
    </p>
  );
}
