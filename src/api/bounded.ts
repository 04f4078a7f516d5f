/** No request hangs: a route that has not answered in time answers 503. */

import type { FastifyInstance } from 'fastify';
import { CarillonError } from '../domain/input/errors.js';
import { after } from '../runtime/timers.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long this route may work, ms, where the usual time is too short. */
    answerWithin?: number;
  }
}

/** The store gives up by itself, but one request may ask it several times. */
const USUAL = 4_000;

/** Of every route registered later. Fastify's own `handlerTimeout` ends with the request's body: a POST would hang. */
export function boundAnswers(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const { handler } = route;
    const within = route.config?.answerWithin ?? USUAL;
    route.handler = function bounded(request, reply) {
      const answer: unknown = handler.call(this, request, reply);
      return answer instanceof Promise ? inTime(answer, within) : answer;
    };
  });
}

function inTime(answer: Promise<unknown>, within: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const cancel = after(within, () =>
      reject(new CarillonError('unavailable', 'The answer did not come in time.')),
    );
    answer.finally(cancel).then(resolve).catch(reject);
  });
}
