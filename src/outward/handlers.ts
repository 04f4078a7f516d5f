/** The handlers of what goes out: one for each target of alerts, one for the pings of schedules. */

import { ALERT_HANDLER, type AlertMessage, PING_HANDLER, type Ping } from '../alerts/outward.js';
import { signatureHeaders } from '../builtin/signature.js';
import type { Target } from '../builtin/targets.js';
import { isRecord } from '../domain/input/readers.js';
import { parseWebUrl } from '../domain/input/web-url.js';
import { Fatal, RetryAfter } from '../domain/task/judge.js';
import { shortHash } from '../runtime/short-hash.js';
import type { ScheduleStore } from '../store/contract/index.js';
import type { TaskContext } from '../worker/context.js';
import type { Handlers } from '../worker/handlers.js';
import { bodyOf } from './format.js';
import { GatheredMessages, type OutgoingMessage } from './gathered.js';
import { type Answer, NotAllowed, sendOut } from './send.js';
import type { AlertTarget } from './settings.js';

export interface OutwardParts {
  store: Pick<ScheduleStore, 'schedule'>;
  targets: readonly AlertTarget[];
  /** What it is a cluster of: its namespace. */
  cluster: string;
  /** Places beyond the public ones that pings of schedules may reach. */
  heartbeatAllow: readonly Target[];
}

export function outwardHandlers(parts: OutwardParts): Handlers {
  const alerts = parts.targets.map((target) => [ALERT_HANDLER + target.name, teller(target, parts.cluster)]);
  return { ...Object.fromEntries(alerts), [PING_HANDLER]: pinger(parts) };
}

function teller({ url, format, secret }: AlertTarget, cluster: string) {
  const gathered = new GatheredMessages(async (some) => {
    const body = bodyOf(format, some, cluster);
    const at = Math.max(...some.map((one) => one.at));
    const signed = format === 'slack' ? {} : signatureOf(secret, idOf(some), at, body);
    const headers = { 'content-type': 'application/json', ...signed };
    const signal = allAborted(some.map((one) => one.signal));
    return judged(await sendOut({ url, method: 'POST', headers, body }, signal, at));
  });
  return async (payload: unknown, ctx: TaskContext): Promise<string> =>
    gathered.add({ id: ctx.task.id, at: startOf(ctx), message: messageIn(payload), signal: ctx.signal });
}

/** Of the task; of several together one that is the same when the same ones are sent again. */
function idOf(some: readonly Pick<OutgoingMessage, 'id'>[]): string {
  const ids = some.map(({ id }) => id).toSorted();
  return ids.length === 1 ? String(ids[0]) : `many-${shortHash(ids.join(' '))}`;
}

/** Aborts once nobody wants any of it. */
function allAborted(signals: readonly AbortSignal[]): AbortSignal {
  const [only] = signals;
  if (only && signals.length === 1) return only;
  const all = new AbortController();
  const look = (): void => {
    if (signals.every(({ aborted }) => aborted)) all.abort(only?.reason);
  };
  for (const signal of signals) signal.addEventListener('abort', look, { once: true });
  return all.signal;
}

/** Without a secret the same, unsigned: the id tells a message that comes twice. */
function signatureOf(
  secret: string | undefined,
  id: string,
  at: number,
  body: Buffer,
): Record<string, string> {
  const { 'webhook-signature': signature = '', ...others } = signatureHeaders(secret ?? '', id, at, body);
  return secret === undefined ? others : { ...others, 'webhook-signature': signature };
}

function pinger({ store, heartbeatAllow }: OutwardParts) {
  return async (payload: unknown, ctx: TaskContext): Promise<string> => {
    const { schedule, word } = pingIn(payload);
    const row = await store.schedule(schedule);
    const url = parseWebUrl(row?.schedule.definition.heartbeat);
    if (!url) return 'nobody wants to know any more';
    if (word !== 'success') url.pathname = `${url.pathname.replace(/\/$/, '')}/${word}`;
    try {
      return judged(await sendOut({ url, method: 'GET', allow: heartbeatAllow }, ctx.signal, startOf(ctx)));
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      throw new Fatal(
        `${error.message}; to allow it, start the nodes with --heartbeat-allow (CARILLON_HEARTBEAT_ALLOW)`,
      );
    }
  };
}

const startOf = ({ task }: TaskContext): number => Date.parse(task.startedAt ?? '');

/** What another attempt may bring, and what none will. */
function judged({ said, status, retryAfter }: Answer): string {
  if (status >= 200 && status < 300) return said;
  const hopeless = status >= 300 && status < 500 && ![408, 409, 425, 429].includes(status);
  if (hopeless) throw new Fatal(status < 400 ? `${said}; redirects are not followed` : said);
  throw retryAfter === undefined ? new Error(said) : new RetryAfter(`${retryAfter}ms`, said);
}

/** What is written out of an alert: others go in the same request, and are not to fail for one that is made up. */
const TEXTS = ['id', 'kind', 'subject', 'severity', 'text', 'since'];
const isTime = (at: unknown): boolean => typeof at === 'number' && Number.isFinite(new Date(at).getTime());

/** Anybody who may make tasks may make one of these. */
function messageIn(payload: unknown): AlertMessage {
  const { alert, at } = isRecord(payload) ? payload : {};
  const isOne = isRecord(alert) && TEXTS.every((name) => typeof alert[name] === 'string') && isTime(at);
  if (!isOne) throw new Fatal('The payload is no message about an alert');
  return payload as unknown as AlertMessage;
}

function pingIn(payload: unknown): Ping {
  const known = isRecord(payload) && typeof payload['schedule'] === 'string';
  if (known && ['start', 'success', 'fail'].includes(String(payload['word'])))
    return payload as unknown as Ping;
  throw new Fatal('The payload is no ping of a schedule');
}
