/** Every view of the dashboard with something to show, for tests of what holds on all of them. */

import { DASHBOARD_PATHS, type DashboardPath } from '../../src/api/dashboard-paths.js';
import type { Stage } from './stage.js';

/** What an address leads to on a stage where this was done; `/login` is a view of its own. */
export async function viewsOf(stage: Stage): Promise<{ pattern: DashboardPath; path: string }[]> {
  const { items } = await stage.get<{ items: { id: string }[] }>('/v1/tasks?limit=1');
  const { items: operations } = await stage.get<{ items: { id: string }[] }>('/v1/operations?limit=1');
  const ids: Partial<Record<DashboardPath, string>> = {
    '/schedules/:id': 'midnight',
    '/tasks/:id': items[0]?.id ?? 'none',
    '/queues/:queue': 'default',
    '/handlers/:name': 'greet',
    '/operations/:id': operations[0]?.id ?? 'none',
  };
  return DASHBOARD_PATHS.map((pattern) => ({
    pattern,
    path: pattern.replace(/:\w+/, encodeURIComponent(ids[pattern] ?? '')),
  }));
}
