/** The one search of the page: a view may take it over; otherwise it looks for tasks. */

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

export interface Search {
  /** Search schedules, … */
  label: string;
  /** What is searched for now. */
  text: string;
  /** While somebody types, a moment after the last key. */
  onText: (text: string) => void;
}

export const viewSearch = signal<Search | null>(null);

export function useSearch(label: string, text: string, onText: (text: string) => void): void {
  useEffect(() => {
    viewSearch.value = { label, text, onText };
  }, [label, text]);
  useEffect(
    () => () => {
      viewSearch.value = null;
    },
    [],
  );
}
