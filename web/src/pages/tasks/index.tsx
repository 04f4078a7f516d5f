/** Tasks, filtered by what stands in the address; rows stay where they are while new ones are counted. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { pathTo } from '../../core/api.js';
import { useLiveList } from '../../core/live-list.js';
import { taskPlace } from '../../core/places.js';
import { navigate, query, withQuery } from '../../core/router.js';
import { useSearch } from '../../core/search.js';
import type { Task } from '../../core/types.js';
import { ActionButton } from '../../parts/action-button.js';
import { askFilter, type FilterField } from '../../parts/ask-filter.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page, Trouble } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { type Column, Table } from '../../parts/table.js';
import { Time } from '../../parts/time.js';
import { askEnqueue } from './enqueue.js';
import { ManyTasks } from './many.js';
import { StateTabs } from './tabs.js';

const FILTERS = [
  'queue',
  'handler',
  'schedule',
  'label',
  'key',
  'parent',
  'error',
  'from',
  'to',
  'q',
] as const;
const AT_ONCE = 50;
const FIELDS: readonly FilterField[] = [
  { name: 'queue', label: 'Queue' },
  { name: 'handler', label: 'Handler' },
  { name: 'schedule', label: 'Schedule' },
  { name: 'label', label: 'Label', hint: 'tier=gold; several with commas between' },
  { name: 'key', label: 'Key', hint: 'The unique key, or the concurrency key' },
  { name: 'parent', label: 'Parent', hint: 'The id of a task: its children' },
  { name: 'from', label: 'Due from', hint: '2027-01-01T09:00:00Z' },
  { name: 'to', label: 'Due to' },
];

const COLUMNS: readonly Column<Task>[] = [
  {
    head: 'Task',
    cell: (task) => (
      <a class="code" href={taskPlace(task.id)}>
        {task.id}
      </a>
    ),
    width: '22%',
  },
  { head: 'Handler', cell: ({ handler }) => handler, width: '18%' },
  {
    head: 'State',
    cell: ({ state, unroutable }) => <StateMark state={state} word={unroutable ? 'no worker' : state} />,
    isState: true,
  },
  { head: 'Queue', cell: ({ queue }) => queue, width: '12%', hide: 'narrow' },
  {
    head: 'Attempt',
    cell: ({ attempt, maxAttempts }) => `${attempt} of ${maxAttempts}`,
    width: '88px',
    hide: 'phone',
  },
  { head: 'Due', cell: ({ dueAt }) => <Time at={dueAt} />, width: '104px', hide: 'phone' },
  { head: 'Outcome', cell: (task) => <span class="quiet">{outcomeOf(task)}</span>, hide: 'phone' },
];

function outcomeOf({ error, result, reason, unroutable, waitingFor, progress }: Task): string {
  if (error) return error.message;
  if (unroutable) return 'waits for a worker that has this handler';
  if (waitingFor) return `waits for ${waitingFor.join(', ')}`;
  if (result !== undefined) return JSON.stringify(result).slice(0, 200);
  if (progress !== undefined) return JSON.stringify(progress).slice(0, 200);
  return reason ?? '';
}

export default function Tasks() {
  const fields = query.value;
  const states = fields.getAll('state');
  const filters = Object.fromEntries(FILTERS.map((name) => [name, fields.getAll(name)]));
  const list = useLiveList<Task>(
    pathTo(['tasks'], { state: states, ...filters, limit: AT_ONCE }),
    ({ id }) => id,
  );
  useSearch('Search tasks', fields.get('q') ?? '', (text) => {
    navigate(withQuery({ q: text || undefined }), { replace: true });
  });
  const selected = useSignal<ReadonlySet<string>>(new Set());
  const onDone = async (): Promise<void> => {
    selected.value = new Set();
    await list.reload();
  };
  const enqueue = (): void => {
    const [handler, queue] = [fields.get('handler'), fields.get('queue')];
    askEnqueue({ ...(handler ? { handler } : {}), ...(queue ? { queue } : {}) }, onDone);
  };
  useEffect(() => {
    if (!fields.has('new')) return;
    enqueue();
    navigate(withQuery({ new: undefined }), { replace: true });
  }, [fields]);
  const chosen = FILTERS.filter((name) => name !== 'q' && fields.has(name));
  return (
    <Page
      title="Tasks"
      beside={
        list.fresh > 0 && (
          <button type="button" class="pill" onClick={list.showFresh}>
            {list.fresh} new
          </button>
        )
      }
      actions={
        <>
          <ManyTasks chosen={selected} onDone={onDone} />
          <button type="button" class="button" onClick={() => askFilter('Filter tasks', FIELDS)}>
            Filter
          </button>
          <ActionButton name="Enqueue" icon="plus" isPrimary onClick={enqueue} />
        </>
      }
    >
      <StateTabs />
      {chosen.length > 0 && (
        <p class="chips">
          {chosen.map((name) => (
            <a key={name} class="chip" href={withQuery({ [name]: undefined })} title="Take this filter away">
              {name}: {fields.getAll(name).join(', ')} ×
            </a>
          ))}
        </p>
      )}
      {list.problem && !list.rows && <Trouble problem={list.problem} />}
      {list.rows?.length === 0 && (
        <EmptyState
          title="No task fits."
          command="carillon tasks enqueue demo.greet --payload '{&quot;name&quot;:&quot;Ada&quot;}'"
        />
      )}
      {list.rows && list.rows.length > 0 && (
        <Table
          label="Tasks"
          columns={COLUMNS}
          rows={list.rows}
          keyOf={({ id }) => id}
          hrefOf={({ id }) => taskPlace(id)}
          isFaint={({ id }) => list.left.has(id)}
          chosen={selected}
          onEnd={list.loadMore}
        />
      )}
    </Page>
  );
}
