/** A table of rows of one height: however many there are, at most 200 of them are in the document. */

import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useKeys } from '../core/keys.js';
import { navigate } from '../core/router.js';

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ComponentChildren;
  /** As CSS has it; what is left is shared by the columns without one. */
  width?: string;
  isNumber?: boolean;
  /** Holds a StateMark: on phones the mark alone. */
  isState?: boolean;
  /** Left out where the window is not wide, on narrow ones, or on phones only. */
  hide?: 'wide' | 'narrow' | 'phone';
}

interface TableProps<Row> {
  /** For those who hear the page. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Where the whole row leads; its first cell should hold the link itself. */
  hrefOf?: (row: Row) => string;
  /** Another look: what has left the list. */
  isFaint?: (row: Row) => boolean;
  /** px; every row has it. */
  rowHeight?: number;
  chosen?: Signal<ReadonlySet<string>>;
  /** The last row comes into view: there may be more. */
  onEnd?: () => void;
}

const MOST = 120;
const AHEAD = 12;

export function Table<Row>({
  label,
  columns,
  rows,
  keyOf,
  hrefOf,
  isFaint,
  rowHeight = 40,
  chosen,
  onEnd,
}: TableProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const from = useSignal(0);
  const current = useSignal(-1);
  const isWindowed = rows.length > MOST;

  useEffect(() => {
    const look = (): void => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / rowHeight) - AHEAD);
      // In steps, so that not every pixel draws anew.
      from.value = isWindowed ? first - (first % 8) : 0;
      if (onEnd && top + rows.length * rowHeight < innerHeight * 2) onEnd();
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [rows.length, isWindowed, rowHeight, onEnd]);

  useKeys((key) => {
    if (key === 'j' || key === 'k') {
      current.value = Math.min(rows.length - 1, Math.max(0, current.value + (key === 'j' ? 1 : -1)));
      reveal(body.current, current.value, rowHeight);
      return true;
    }
    const row = rows[current.value];
    if (!row) return false;
    if (key === 'Enter' && hrefOf && !document.activeElement?.closest('a, button')) {
      navigate(hrefOf(row));
      return true;
    }
    if (key === 'x' && chosen) {
      toggle(chosen, keyOf(row));
      return true;
    }
    return false;
  });

  const start = Math.min(from.value, Math.max(0, rows.length - 1));
  const end = isWindowed ? Math.min(rows.length, start + MOST) : rows.length;
  const span = columns.length + (chosen ? 1 : 0);
  return (
    <div class="table-frame">
      <table
        class="table"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        style={{ '--row': `${rowHeight}px` }}
      >
        <colgroup>
          {chosen && <col class="choose" />}
          {columns.map(({ head, width, hide, isState }) => (
            <col
              key={head}
              class={[hide ? `hide-${hide}` : '', isState ? 'of-state' : ''].join(' ')}
              style={width ? { width } : undefined}
            />
          ))}
        </colgroup>
        <thead>
          <tr>
            {chosen && (
              <th scope="col" class="choose">
                <ChooseAll keys={rows.map(keyOf)} chosen={chosen} />
              </th>
            )}
            {columns.map(({ head, isNumber, isState, hide }) => (
              <th key={head} scope="col" class={classOf(isNumber, hide)}>
                {isState ? <span class="state-head">{head}</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {start > 0 && <Gap height={start * rowHeight} span={span} />}
          {rows.slice(start, end).map((row, i) => {
            const key = keyOf(row);
            const index = start + i;
            return (
              <tr
                key={key}
                aria-rowindex={index + 2}
                class={`${isFaint?.(row) ? 'faint' : ''} ${index === current.value ? 'current' : ''}`}
              >
                {chosen && (
                  <td class="choose">
                    <Choose id={key} chosen={chosen} />
                  </td>
                )}
                {columns.map(({ head, cell, isNumber, hide }) => (
                  <td key={head} class={classOf(isNumber, hide)}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {end < rows.length && <Gap height={(rows.length - end) * rowHeight} span={span} />}
        </tbody>
      </table>
    </div>
  );
}

const classOf = (isNumber?: boolean, hide?: string): string | undefined =>
  [isNumber ? 'number' : '', hide ? `hide-${hide}` : ''].filter(Boolean).join(' ') || undefined;

function Gap({ height, span }: { height: number; span: number }) {
  return (
    <tr class="gap" aria-hidden="true">
      <td colSpan={span} style={{ height: `${height}px` }} />
    </tr>
  );
}

function Choose({ id, chosen }: { id: string; chosen: Signal<ReadonlySet<string>> }) {
  return (
    <input
      type="checkbox"
      aria-label={`Select ${id}`}
      checked={chosen.value.has(id)}
      onChange={() => toggle(chosen, id)}
    />
  );
}

function ChooseAll({ keys, chosen }: { keys: readonly string[]; chosen: Signal<ReadonlySet<string>> }) {
  const all = keys.length > 0 && keys.every((key) => chosen.value.has(key));
  return (
    <input
      type="checkbox"
      aria-label="Select all that are shown"
      checked={all}
      onChange={() => {
        chosen.value = new Set(all ? [] : keys);
      }}
    />
  );
}

function toggle(chosen: Signal<ReadonlySet<string>>, key: string): void {
  const next = new Set(chosen.value);
  if (!next.delete(key)) next.add(key);
  chosen.value = next;
}

function reveal(body: HTMLElement | null, index: number, rowHeight: number): void {
  if (!body) return;
  const top = body.getBoundingClientRect().top + index * rowHeight;
  const room = 120;
  if (top < room) scrollBy({ top: top - room });
  else if (top > innerHeight - room) scrollBy({ top: top - innerHeight + room });
}
