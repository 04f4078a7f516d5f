/** Leaders as they came and went: each term with why it ended, how long it lasted and what of it was refused. */

import { formatInstant } from '../domain/input/instants.js';
import type { Values } from '../domain/input/readers.js';
import { type HISTORY, USUAL_LIMIT } from '../domain/overview-fields.js';
import { timeOf } from '../store/contract/clock.js';
import type { ReignEnd, ReignRecord, Store } from '../store/contract/index.js';

/** One term of one leader. Times are RFC 3339. */
export interface ReignView {
  term: number;
  /** Its name. */
  node: string;
  since: string;
  /** Absent: it is in office. Of one that is gone, when it was heard of last. */
  until?: string;
  lastedMs: number;
  /** Why it ended. */
  end?: ReignEnd;
  /** The same in words. */
  sentence: string;
  /** Writes that came after a later term had begun, as far as they are known: they changed nothing. */
  refused: number;
}

export interface HistoryView {
  /** The latest first. */
  items: ReignView[];
  nextCursor: null;
  /** Writes of terms that were over, of all that is known. */
  refused: number;
}

const SENTENCES: Readonly<Record<ReignEnd, string>> = {
  stopped: 'its process was stopped, and it handed over',
  steppedDown: 'it was asked to step down, and handed over',
  lockExpired: 'it could not renew its lock in time',
  lockLost: 'another node held the lock',
  replaced: 'a later term was in office',
  dataLost: 'its term was not recorded any more: the data was lost, or replaced by older data',
  failed: 'it stopped leading by itself',
  deposed: 'its planning stood still, and a standby deposed it',
  gone: 'it died or was cut off: nothing was heard of it any more',
};

export async function historyOf(
  store: Pick<Store, 'reigns' | 'refused' | 'queues' | 'time' | 'clock'>,
  { limit = USUAL_LIMIT }: Values<typeof HISTORY>,
): Promise<HistoryView> {
  const [reigns, queues, now] = await Promise.all([store.reigns(), store.queues(), timeOf(store)]);
  const counts = new Map<number, number>();
  let all = 0;
  for (const refused of await store.refused(queues)) {
    if (!refused) continue;
    counts.set(refused.term, (counts.get(refused.term) ?? 0) + refused.count);
    all += refused.count;
  }
  const items = reigns
    .toReversed()
    .slice(0, limit)
    .map((reign) => viewOf(reign, now, counts.get(reign.number) ?? 0));
  return { items, nextCursor: null, refused: all };
}

function viewOf(reign: ReignRecord, now: number, refused: number): ReignView {
  const { number, node, since, end, until } = reign;
  return {
    ...{ term: number, node: nameOf(node), since: formatInstant(since) },
    ...(until === undefined ? {} : { until: formatInstant(until) }),
    lastedMs: Math.max(0, (until ?? (end === undefined ? now : since)) - since),
    ...(end === undefined ? {} : { end }),
    sentence: sentenceOf(reign),
    refused,
  };
}

function sentenceOf({ end, by, reason }: ReignRecord): string {
  if (end === undefined) return 'it is in office';
  const asker = by === undefined ? '' : ` (by ${by}${reason === undefined ? '' : `: ${reason}`})`;
  return `${SENTENCES[end]}${asker}`;
}

/** An id is `<name>~<random>`. */
export function nameOf(node: string): string {
  return node.split('~')[0] ?? node;
}
