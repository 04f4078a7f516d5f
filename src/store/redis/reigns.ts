/** Leaders as they came and went, on Redis: what was written down of them, and what of theirs was refused. */

import type {
  LeaderStore,
  LeavingWhy,
  RefusedWrites,
  ReignEnd,
  ReignRecord,
  StepDown,
} from '../contract/index.js';
import type { Connection } from './connection.js';

export function reignVerbs(connection: Connection): Pick<LeaderStore, 'reigns' | 'refused' | 'askStepDown'> {
  return {
    async reigns() {
      return readReigns(await connection.ask((redis) => redis.lrange(connection.registry.reigns, 0, -1)));
    },
    async refused(queues) {
      const keys = queues.map((queue) => connection.partition(queue).keys.term);
      const all = [...keys, connection.registry.term];
      const replies = await connection.ask((redis) =>
        Promise.all(all.map((key) => redis.hmget(key, 'refusedOf', 'refused'))),
      );
      return replies.map(([term, count]): RefusedWrites | null =>
        term ? { term: Number(term), count: Number(count) } : null,
      );
    },
    async askStepDown(asked) {
      const { channel } = connection.registry;
      await connection.ask((redis) => redis.publish(channel, encodeStepDown(asked)));
    },
  };
}

/** A word of the channel has no blanks. */
function encodeStepDown(asked: StepDown): string {
  return `stepDown ${Buffer.from(JSON.stringify(asked)).toString('base64url')}`;
}

/** null for what nobody of this release has written. */
export function decodeStepDown(text: string): StepDown | null {
  try {
    const asked = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as StepDown;
    return typeof asked.token === 'string' && typeof asked.by === 'string' ? asked : null;
  } catch {
    return null;
  }
}

/** `elected <number> <ms> <node>`, `left <number> <ms> <word> <JSON>`, `deposed <number> <ms>`, `gone <number> <ms>`. */
function readReigns(lines: readonly string[]): ReignRecord[] {
  const reigns = new Map<number, ReignRecord>();
  for (const line of lines) {
    const [, word = '', digits = '', time = '', rest = ''] =
      /^(\w+) (\d+) (\d*)(?: (.*))?$/s.exec(line) ?? [];
    const number = Number(digits);
    if (word === 'elected') reigns.set(number, { number, node: rest, since: Number(time) });
    const reign = reigns.get(number);
    // Of one that was deposed nobody needs to guess that it is gone.
    if (!reign || reign.end !== undefined) continue;
    const until = time === '' ? {} : { until: Number(time) };
    if (word === 'left') Object.assign(reign, until, whyOf(rest));
    else if (word === 'deposed' || word === 'gone') Object.assign(reign, until, { end: word });
  }
  return [...reigns.values()];
}

function whyOf(text: string): { end: ReignEnd } & Omit<LeavingWhy, 'end'> {
  const blank = text.indexOf(' ');
  const more = JSON.parse(text.slice(blank + 1)) as Omit<LeavingWhy, 'end'>;
  return { end: text.slice(0, blank) as ReignEnd, ...more };
}
