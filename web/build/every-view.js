/** An address for every view of the dashboard, with things that a running cluster really has. */

import { DASHBOARD_PATHS } from '../../dist/api/dashboard-paths.js';

/** Throws when a view of the table has none: a picture of every view is a picture of every one. */
export async function everyView(url) {
  const list = async (path) => (await (await fetch(new URL(path, url))).json()).items ?? [];
  const [schedules, dead, running, queues, handlers, operations] = await Promise.all([
    list('v1/schedules?limit=500'),
    list('v1/tasks?state=dead&limit=1'),
    list('v1/tasks?state=running&limit=1'),
    list('v1/queues'),
    list('v1/handlers'),
    list('v1/operations'),
  ]);
  const busiest = queues.toSorted((a, b) => (b.completed ?? 0) - (a.completed ?? 0))[0];
  const ours = schedules.find(({ source }) => source.kind !== 'file');
  const part = (text) => text && encodeURIComponent(text);
  const views = {
    '/': ['/'],
    '/schedules': ['/schedules', '/schedules?new'],
    '/schedules/:id': [
      of('schedules', schedules[0]?.id),
      of('schedules', ours?.id, '?edit'),
      of('schedules', 'nobody'),
    ],
    '/tasks': ['/tasks', '/tasks?state=dead'],
    '/tasks/:id': [of('tasks', part(dead[0]?.id)), of('tasks', part(running[0]?.id))],
    '/queues/:queue': [of('queues', busiest?.queue)],
    '/handlers/:name': [of('handlers', part(handlers[0]?.name))],
    '/operations/:id': [of('operations', operations[0]?.id)],
  };
  return DASHBOARD_PATHS.flatMap((path) => {
    const found = (views[path] ?? [path]).filter((one) => one !== null);
    if (found.length === 0) console.error(`${path}: nothing there to show`);
    if (path.includes(':') && !views[path]) throw new Error(`${path}: say which one is shown`);
    return found;
  });
}

const of = (list, id, more = '') => (id ? `/${list}/${id}${more}` : null);
