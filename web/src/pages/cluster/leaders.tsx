/** Who led, for how long, why it ended, and which of its writes came too late. */

import { useQuery } from '../../core/query.js';
import type { HistoryView } from '../../core/types.js';
import { length, plural } from '../../core/words.js';
import { Section } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';

/** Ends that nobody wanted. */
const BAD = new Set(['lockExpired', 'lockLost', 'dataLost', 'failed', 'deposed', 'gone']);
const SHOWN = 20;

export function Leaders() {
  const { data } = useQuery<HistoryView>(`v1/cluster/history?limit=${SHOWN}`, {
    every: 10_000,
    wakes: ({ type }) => type.startsWith('leader.'),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Section
      title="Leaders"
      beside={
        data.refused === 0
          ? 'no write of a term that was over had to be refused'
          : `${plural(data.refused, 'write')} of terms that were over refused`
      }
    >
      <ol class="leaders">
        {data.items.map(({ term, node, since, until, lastedMs, end, sentence, refused }) => (
          <li key={term}>
            <StateMark
              state={until ? (end && BAD.has(end) ? 'warning' : 'standby') : 'leader'}
              word={false}
            />
            <b>{node}</b>
            <span class="quiet">
              from <Time at={since} as="clock" />
            </span>
            <span class="quiet">{length(lastedMs)}</span>
            <p>
              {until ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : 'Leads'}
              {refused > 0 && <span class="chip warns">{plural(refused, 'refused write')}</span>}
            </p>
            <span class="quiet term" title="Each leader has a later one">
              term {term}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
