/** A list whose rows stay where they are: what is new is counted, and comes in when somebody asks for it. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ask } from './api.js';
import type { Problem } from './problems.js';
import { useQuery } from './query.js';
import type { Page } from './types.js';

export interface LiveList<Row> {
  /** undefined: nothing has come yet. While another list is asked for, the one before stays. */
  rows: readonly Row[] | undefined;
  problem: Problem | undefined;
  /** How many rows the latest answer has that are not shown. */
  fresh: number;
  /** Keys of rows that were on the first page and are not there any more. */
  left: ReadonlySet<string>;
  /** Shows the latest answer. */
  showFresh: () => void;
  /** Asks at once and shows the answer. */
  reload: () => Promise<void>;
  /** There are more behind the last row. */
  more: boolean;
  loadMore: () => void;
}

interface Shown<Row> {
  path: string;
  rows: readonly Row[];
  /** How many of them came with the first page. */
  first: number;
  next: string | null;
}

const NONE: ReadonlySet<string> = new Set();

/** `path`: without a cursor; another one is another list. */
export function useLiveList<Row>(path: string, keyOf: (row: Row) => string, every = 2_500): LiveList<Row> {
  const { data, problem, refresh } = useQuery<Page<Row>>(path, { every });
  const shown = useSignal<Shown<Row> | null>(null);
  const mustShow = useRef(false);
  const isAsking = useRef(false);

  const show = ({ items, nextCursor }: Page<Row>): void => {
    shown.value = { path, rows: items, first: items.length, next: nextCursor };
  };
  useEffect(() => {
    const before = shown.value;
    if (!data) return;
    if (before?.path !== path || mustShow.current || before.rows.length === 0) {
      mustShow.current = false;
      show(data);
      return;
    }
    const latest = new Map(data.items.map((row) => [keyOf(row), row]));
    shown.value = { ...before, rows: before.rows.map((row) => latest.get(keyOf(row)) ?? row) };
  }, [data, path]);

  const now = shown.value;
  const isThis = now?.path === path && data !== undefined;
  const latest = isThis ? new Set(data.items.map(keyOf)) : NONE;
  const keys = isThis ? new Set(now.rows.map(keyOf)) : NONE;
  const loadMore = (): void => {
    if (!now?.next || isAsking.current) return;
    isAsking.current = true;
    const sign = now.path.includes('?') ? '&' : '?';
    ask<Page<Row>>(`${now.path}${sign}cursor=${encodeURIComponent(now.next)}`)
      .then(({ items, nextCursor }) => {
        const { value } = shown;
        if (value?.path !== now.path || value.next !== now.next) return;
        const known = new Set(value.rows.map(keyOf));
        const rest = items.filter((row) => !known.has(keyOf(row)));
        shown.value = { ...value, rows: [...value.rows, ...rest], next: nextCursor };
      })
      // The end of the list is reached again with the next scroll.
      .catch(() => {})
      .finally(() => {
        isAsking.current = false;
      });
  };
  return {
    rows: now?.rows,
    problem,
    fresh: isThis ? data.items.filter((row) => !keys.has(keyOf(row))).length : 0,
    left: isThis
      ? new Set(
          now.rows
            .slice(0, now.first)
            .map(keyOf)
            .filter((key) => !latest.has(key)),
        )
      : NONE,
    showFresh: () => {
      if (data) show(data);
    },
    reload: async () => {
      mustShow.current = true;
      await refresh();
    },
    more: Boolean(now?.next),
    loadMore,
  };
}
