/** Tells those who count how long Redis took to answer a script, and what it refused. */

import { CarillonError } from '../../domain/input/errors.js';
import { mono } from '../../runtime/clock.js';
import type { Observers } from '../../runtime/observed.js';
import type { ScriptReply } from './script-call.js';

export function tellAnswer(observed: Observers, script: string, answer: Promise<ScriptReply>): void {
  const sent = mono();
  answer
    .then((reply) => {
      observed.redisAnswered(script, mono() - sent);
      if (Array.isArray(reply) && reply[0] === 'fenced') observed.writeFenced();
    })
    .catch((error: unknown) =>
      observed.redisFailed(error instanceof CarillonError ? error.code : 'internal'),
    );
}
