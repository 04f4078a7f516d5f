/** Every view by its address, with what the rail calls it; each is loaded when it is first opened. */

import type { ComponentType } from 'preact';
import type { DashboardPath } from '../../src/api/dashboard-paths.js';
import type { IconName } from './parts/icon.js';

export interface PageProps {
  /** What stands in the address: id, queue, name. */
  params: Record<string, string>;
}

export interface View {
  title: string;
  load: () => Promise<{ default: ComponentType<PageProps> }>;
  /** Its place in the rail. */
  rail?: { icon: IconName; href: string; group: number };
}

export const VIEWS: Readonly<Record<DashboardPath, View>> = {
  '/': {
    title: 'Overview',
    load: () => import('./pages/overview/index.js'),
    rail: { icon: 'overview', href: './', group: 0 },
  },
  '/schedules': {
    title: 'Schedules',
    load: () => import('./pages/schedules/index.js'),
    rail: { icon: 'schedules', href: 'schedules', group: 1 },
  },
  '/schedules/:id': { title: 'Schedule', load: () => import('./pages/schedule/index.js') },
  '/upcoming': {
    title: 'Upcoming',
    load: () => import('./pages/upcoming/index.js'),
    rail: { icon: 'upcoming', href: 'upcoming', group: 1 },
  },
  '/tasks': {
    title: 'Tasks',
    load: () => import('./pages/tasks/index.js'),
    rail: { icon: 'tasks', href: 'tasks', group: 2 },
  },
  '/tasks/:id': { title: 'Task', load: () => import('./pages/task/index.js') },
  '/dead': {
    title: 'Dead',
    load: () => import('./pages/dead/index.js'),
    rail: { icon: 'dead', href: 'dead', group: 2 },
  },
  '/queues': {
    title: 'Queues',
    load: () => import('./pages/queues/index.js'),
    rail: { icon: 'queues', href: 'queues', group: 2 },
  },
  '/queues/:queue': { title: 'Queue', load: () => import('./pages/queue/index.js') },
  '/handlers': {
    title: 'Handlers',
    load: () => import('./pages/handlers/index.js'),
    rail: { icon: 'handlers', href: 'handlers', group: 3 },
  },
  '/handlers/:name': { title: 'Handler', load: () => import('./pages/handler/index.js') },
  '/workers': {
    title: 'Workers',
    load: () => import('./pages/workers/index.js'),
    rail: { icon: 'workers', href: 'workers', group: 3 },
  },
  '/cluster': {
    title: 'Cluster',
    load: () => import('./pages/cluster/index.js'),
    rail: { icon: 'cluster', href: 'cluster', group: 3 },
  },
  '/operations': {
    title: 'Operations',
    load: () => import('./pages/operations/index.js'),
    rail: { icon: 'operations', href: 'operations', group: 4 },
  },
  '/operations/:id': { title: 'Operation', load: () => import('./pages/operation/index.js') },
  '/audit': {
    title: 'Audit',
    load: () => import('./pages/audit/index.js'),
    rail: { icon: 'audit', href: 'audit', group: 4 },
  },
  '/login': { title: 'Sign in', load: () => import('./pages/login/index.js') },
};
