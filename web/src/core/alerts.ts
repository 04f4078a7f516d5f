/** What is wrong, and what was until a moment ago: a trouble that comes and goes moves nothing on the page. */

import { useRef } from 'preact/hooks';
import { now } from './clock.js';
import { useQuery } from './query.js';
import type { AlertView, Page } from './types.js';

export interface AlertShown extends AlertView {
  /** It does not stand any more. */
  isCleared: boolean;
}

/** How long what has been cleared is still shown, ms. */
const STAYS = 90_000;
const ORDER = ['critical', 'warning', 'info'];

/** undefined: not known yet. The gravest first, each at its place as long as it is shown. */
export function useAlerts(): readonly AlertShown[] | undefined {
  const { data } = useQuery<Page<AlertView>>('v1/alerts', {
    every: 5_000,
    wakes: ({ type }) => type.startsWith('alert.'),
  });
  const seen = useRef(new Map<string, { alert: AlertView; at: number }>());
  if (!data) return undefined;
  const moment = now.peek();
  const standing = new Set(data.items.map(({ id }) => id));
  for (const alert of data.items) seen.current.set(alert.id, { alert, at: moment });
  for (const [id, { at }] of seen.current) if (moment - at > STAYS) seen.current.delete(id);
  return [...seen.current.values()]
    .map(({ alert }) => ({ ...alert, isCleared: !standing.has(alert.id) }))
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || (a.id < b.id ? -1 : 1));
}
