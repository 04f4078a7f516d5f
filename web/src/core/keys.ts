/** The keyboard: `/` for the search, `g` and a letter for a page, `?` for help; views add their own. */

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { navigate } from './router.js';

export const helpOpen = signal(false);

/** After `g`: where a letter leads. */
export const GO: Readonly<Record<string, { to: string; name: string }>> = {
  o: { to: './', name: 'Overview' },
  s: { to: 'schedules', name: 'Schedules' },
  u: { to: 'upcoming', name: 'Upcoming' },
  t: { to: 'tasks', name: 'Tasks' },
  d: { to: 'dead', name: 'Dead' },
  q: { to: 'queues', name: 'Queues' },
  h: { to: 'handlers', name: 'Handlers' },
  w: { to: 'workers', name: 'Workers' },
  c: { to: 'cluster', name: 'Cluster' },
  p: { to: 'operations', name: 'Operations' },
  a: { to: 'audit', name: 'Audit' },
};

const WAIT_FOR_LETTER = 1_200;
let gone = 0;

type OnKey = (key: string) => boolean;
const views = new Set<OnKey>();

/** Keys of a view, while it is shown; true: that was one of mine. */
export function useKeys(onKey: OnKey): void {
  useEffect(() => {
    views.add(onKey);
    return () => {
      views.delete(onKey);
    };
  });
}

export function startKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    if (target.closest('input, textarea, select, dialog, [contenteditable]')) return;
    if (press(event.key)) event.preventDefault();
  });
}

function press(key: string): boolean {
  const afterG = Date.now() - gone < WAIT_FOR_LETTER;
  gone = 0;
  const place = afterG ? GO[key] : undefined;
  if (place) navigate(place.to);
  else if (key === 'g') gone = Date.now();
  else if (key === '/') document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
  else if (key === '?') helpOpen.value = true;
  else return [...views].some((onKey) => onKey(key));
  return true;
}
