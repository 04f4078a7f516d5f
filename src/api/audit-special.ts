/** Changes of which the audit tells otherwise than of most: what is made, what is begun on many, what is put forward. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { changeOf } from '../audit/changes.js';
import { isRecord } from '../domain/input/readers.js';
import type { AuditRecord } from '../store/contract/index.js';
import { briefOperation, type Fields } from './audit-told.js';

/** null: nothing was changed. Without a subject: what the path names. */
type Special = Partial<Pick<AuditRecord, 'subject' | 'before' | 'after' | 'often'>> | null;
type Tell = (request: FastifyRequest, reply: FastifyReply, payload: string) => Special;

const MOST_OF_FILTER = 200;

/** undefined: it is told as most are. */
export function specialEntry(
  action: string,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: string,
): Special | undefined {
  return SPECIAL[action]?.(request, reply, payload);
}

/** A unique key with one of these changes the task it finds. */
const CHANGING = new Set(['replace', 'debounce']);

/** The answer is not read: it may carry a megabyte. */
const enqueued: Tell = ({ body }, reply) => {
  const given = fieldsOf(body);
  const { unique, delay, runAt, uniqueKey, concurrencyKey } = given;
  if (reply.statusCode === 200 && !CHANGING.has(String(fieldsOf(unique)['mode']))) return null;
  const told = { handler: given['handler'], queue: given['queue'] ?? 'default' };
  return {
    subject: made(reply),
    ...changeOf(null, { ...told, delay, runAt, uniqueKey, concurrencyKey }),
    often: true,
  };
};

const enqueuedMany: Tell = (_, __, payload) => {
  const { results = [], onComplete } = answerOf(payload) as {
    results?: { task?: { deduplicated?: true }; error?: unknown }[];
    onComplete?: { id?: string };
  };
  const tasks = results.filter(({ task }) => task && !task.deduplicated).length;
  if (tasks === 0) return null;
  const refused = results.filter(({ error }) => error !== undefined).length;
  const more = onComplete?.id === undefined ? {} : { onComplete: onComplete.id };
  return {
    subject: `${tasks} tasks`,
    after: { tasks, ...(refused > 0 ? { refused } : {}), ...more },
    often: true,
  };
};

const triggered: Tell = (_, reply) => ({ after: { task: made(reply) } });

const begun: Tell = ({ body }, _, payload) => {
  const { filter } = fieldsOf(body);
  return {
    ...(isRecord(filter) ? { subject: textOf(filter) } : {}),
    ...changeOf(null, briefOperation(answerOf(payload))),
  };
};

/** Of several schedules, which are told by the filter that names them. */
const edited: Tell = ({ body }, _, payload) => {
  const { filter, until, reason } = fieldsOf(body);
  const { count, changed } = answerOf(payload);
  return {
    subject: textOf(fieldsOf(filter)),
    ...changeOf(null, { count, changed, until, reason }),
  };
};

const proposed: Tell = ({ body }, _, payload) => {
  const answer = answerOf(payload);
  if (answer['current']) return null;
  const { digest, verdict, reason, difference } = answer;
  const { files, release, environment, commit, force, takeOver } = fieldsOf(body);
  const told = { digest, verdict, reason, difference, files: Array.isArray(files) ? files.length : 0 };
  return changeOf(null, { ...told, release, environment, commit, force, takeOver });
};

const steppedDown: Tell = ({ body }, _, payload) => {
  const { from, leader } = answerOf(payload);
  const reason = fieldsOf(body)['reason'];
  return {
    subject: String(fieldsOf(from)['node'] ?? ''),
    ...changeOf(fieldsOf(from), { ...fieldsOf(leader), ...(reason === undefined ? {} : { reason }) }),
  };
};

const SPECIAL: Readonly<Record<string, Tell>> = {
  'task.enqueue': enqueued,
  'tasks.enqueue': enqueuedMany,
  'schedule.trigger': triggered,
  'schedule.backfill': begun,
  'queue.purge': begun,
  'tasks.cancel': begun,
  'tasks.redrive': begun,
  'tasks.reschedule': begun,
  'schedules.pause': edited,
  'schedules.resume': edited,
  'set.propose': proposed,
  'cluster.stepDown': steppedDown,
};

const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});
const answerOf = (payload: string): Fields => fieldsOf(JSON.parse(payload));

/** The task that was made, by where it is. */
function made(reply: FastifyReply): string {
  const path = String(reply.getHeader('location') ?? '');
  return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
}

function textOf(filter: Fields): string {
  const words = Object.entries(filter).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return words.length === 0 ? 'all' : words.join(' ').slice(0, MOST_OF_FILTER);
}
