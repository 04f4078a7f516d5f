/** The routes of workers in the table of routes. */

import { SCALE, WORKER_QUEUES } from '../tasks/order-worker.js';
import { WORKER_LIST } from '../tasks/workers.js';
import { at, type Route, show } from './route.js';

export const WORKER_ROUTES: readonly Route[] = [
  ...at('/v1/workers', { get: show('List workers, by name', 'Workers', WORKER_LIST) }),
  ...at('/v1/workers/{worker}', {
    get: show(
      'Show a worker, by its id or its name; 409 with the ids where several go by this name',
      'Worker',
    ),
  }),
  ...at('/v1/workers/{worker}/quiet', {
    post: {
      action: 'worker.quiet',
      ...show('Let a worker take nothing more until it is resumed; what it runs goes on', 'Worker'),
    },
  }),
  ...at('/v1/workers/{worker}/resume', {
    post: { action: 'worker.resume', ...show('Let a quiet worker take tasks again', 'Worker') },
  }),
  ...at('/v1/workers/{worker}/stop', {
    post: {
      action: 'worker.stop',
      ...show('Let a worker finish what it runs and leave; its process ends', 'Worker'),
    },
  }),
  ...at('/v1/workers/{worker}/scale', {
    post: {
      action: 'worker.scale',
      ...show('Set how many tasks a worker runs at once; what runs beyond that ends first', 'Worker'),
      body: { name: 'Scale', fields: SCALE, required: ['concurrency'] },
    },
  }),
  ...at('/v1/workers/{worker}/queues', {
    post: {
      action: 'worker.queues',
      ...show('Let a worker take part in queues, or leave some; what it runs of those ends here', 'Worker'),
      body: { name: 'WorkerQueues', fields: WORKER_QUEUES },
    },
  }),
];
