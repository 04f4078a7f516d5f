/** Routes of queues: list, show, set, pause, resume. */

import type { FastifyInstance } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { KEY_LIST, keyPage } from '../tasks/queue-keys.js';
import { findQueue, pauseQueue, QUEUE_LIST, queuePage, resumeQueue, setQueue } from '../tasks/queues.js';
import type { ApiContext } from './context.js';

interface ByName {
  Params: { queue: string };
}

export function queueRoutes(app: FastifyInstance, { store }: ApiContext): void {
  app.get('/v1/queues', async (request) => {
    return queuePage(store, readFields(request.query, QUEUE_LIST));
  });

  app.get<ByName>('/v1/queues/:queue', async (request) => {
    readFields(request.query, {});
    return findQueue(store, request.params.queue);
  });

  app.get<ByName>('/v1/queues/:queue/keys', async (request) => {
    return keyPage(store, request.params.queue, readFields(request.query, KEY_LIST));
  });

  app.put<ByName>('/v1/queues/:queue', async (request) => {
    readFields(request.query, {});
    return setQueue(store, request.params.queue, request.body, true);
  });

  app.patch<ByName>('/v1/queues/:queue', async (request) => {
    readFields(request.query, {});
    return setQueue(store, request.params.queue, request.body, false);
  });

  app.post<ByName>('/v1/queues/:queue/pause', async (request) => {
    readFields(request.query, {});
    readFields(request.body, {});
    return pauseQueue(store, request.params.queue);
  });

  app.post<ByName>('/v1/queues/:queue/resume', async (request) => {
    readFields(request.query, {});
    readFields(request.body, {});
    return resumeQueue(store, request.params.queue);
  });
}
