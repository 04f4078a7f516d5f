/** The options of a Worker besides its Redis. */

import { duration, integer, named, type Reader } from '../domain/fields.js';
import { isQueueName, NAME_GRAMMAR } from '../domain/names.js';
import { type Handlers, handlerProblems } from './handlers.js';

const queues: Reader<readonly string[]> = (raw, path, problems) => {
  if (!Array.isArray(raw) || raw.length === 0) {
    problems.push({ path, detail: "must be a list of queue names such as ['mail'], or ['*'] for all" });
    return undefined;
  }
  raw.forEach((one: unknown, index) => {
    if (one === '*' || isQueueName(one)) return;
    problems.push({ path: [...path, index], detail: `must be ${NAME_GRAMMAR.queue}, or *` });
  });
  return raw as string[];
};

const handlers: Reader<Handlers> = (raw, path, problems) => {
  for (const detail of handlerProblems(raw)) problems.push({ path, detail: `cannot be used: ${detail}` });
  return raw as Handlers;
};

/** Printable and without spaces, because it stands in lists, log lines and ids. */
const name = named(
  (raw): raw is string => typeof raw === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(raw),
  '1 to 128 characters of A-Z a-z 0-9 . _ : - beginning with a letter or digit',
);

export const WORKER = {
  queues,
  concurrency: integer(1, 10_000),
  handlers,
  name,
  lease: duration(100, 86_400_000),
  drain: duration(0),
};
