/** Every address of the dashboard: each answers index.html, and the page finds its view by the same table. */

export const DASHBOARD_PATHS = [
  '/',
  '/schedules',
  '/schedules/:id',
  '/upcoming',
  '/tasks',
  '/tasks/:id',
  '/dead',
  '/queues',
  '/queues/:queue',
  '/handlers',
  '/handlers/:name',
  '/workers',
  '/cluster',
  '/operations',
  '/operations/:id',
  '/audit',
  '/login',
] as const;

export type DashboardPath = (typeof DASHBOARD_PATHS)[number];
