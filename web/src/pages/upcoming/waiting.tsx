/** Tasks that wait for their time, or for another attempt. */

import { now } from '../../core/clock.js';
import { taskPlace } from '../../core/places.js';
import type { UpcomingItem } from '../../core/types.js';
import { countdown, number, plural } from '../../core/words.js';
import { Section } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { type Column, Table } from '../../parts/table.js';
import { Time } from '../../parts/time.js';

const Left = ({ at }: { at: number }) => <>{countdown(at - now.value)}</>;

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
  { head: 'At', cell: ({ at }) => <Time at={at} as="clock" />, width: '130px', hide: 'phone' },
  { head: 'State', cell: ({ state = 'scheduled' }) => <StateMark state={state} />, isState: true },
  { head: 'Handler', cell: ({ handler }) => handler },
  {
    head: 'Task',
    cell: ({ id }) => (
      <a class="code" href={taskPlace(id)}>
        {id}
      </a>
    ),
    width: '34%',
  },
  { head: 'Queue', cell: ({ queue }) => queue, width: '14%', hide: 'phone' },
];

interface WaitingProps {
  items: readonly UpcomingItem[];
  isCut: boolean;
  /** Of the range. */
  words: string;
}

export function Waiting({ items, isCut, words }: WaitingProps) {
  const rows = items.filter(({ at }) => Date.parse(at) > now.value - 1_000);
  if (rows.length === 0) return null;
  return (
    <Section
      title="Tasks that wait"
      beside={
        isCut ? `the next ${number(rows.length)}` : `${plural(rows.length, 'task')} in the next ${words}`
      }
      actions={
        <a class="button small" href="tasks?state=scheduled&state=retrying">
          All that wait
        </a>
      }
    >
      <Table
        label="Tasks that wait"
        columns={COLUMNS}
        rows={rows}
        keyOf={({ id, at }) => id + at}
        hrefOf={({ id }) => taskPlace(id)}
      />
    </Section>
  );
}
