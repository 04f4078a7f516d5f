/** Routes of workers: list, show, and what people ask of one. */

import type { FastifyInstance } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import {
  changeQueues,
  quietWorker,
  resumeWorker,
  SCALE,
  scaleWorker,
  stopWorker,
  WORKER_QUEUES,
} from '../tasks/order-worker.js';
import { findWorker, WORKER_LIST, workerPage } from '../tasks/workers.js';
import type { ApiContext, ById } from './context.js';

const PLAIN = { quiet: quietWorker, resume: resumeWorker, stop: stopWorker };

export function workerRoutes(app: FastifyInstance, { store }: ApiContext): void {
  app.get('/v1/workers', (request) => workerPage(store, readFields(request.query, WORKER_LIST)));

  app.get<ById>('/v1/workers/:id', async (request) => {
    readFields(request.query, {});
    return findWorker(store, request.params.id);
  });

  for (const [verb, ask] of Object.entries(PLAIN)) {
    app.post<ById>(`/v1/workers/:id/${verb}`, async (request) => {
      readFields(request.query, {});
      readFields(request.body, {});
      return ask(store, request.params.id);
    });
  }

  app.post<ById>('/v1/workers/:id/scale', async (request) => {
    readFields(request.query, {});
    const { concurrency } = readFields(request.body, SCALE, ['concurrency']);
    return scaleWorker(store, request.params.id, concurrency);
  });

  app.post<ById>('/v1/workers/:id/queues', async (request) => {
    readFields(request.query, {});
    return changeQueues(store, request.params.id, readFields(request.body, WORKER_QUEUES));
  });
}
