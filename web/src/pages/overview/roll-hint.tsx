/** What is told of one instant of the roll: what became of it, and why, in a sentence. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask, pathTo } from '../../core/api.js';
import type { Explanation } from '../../core/types.js';
import { exactMoment, zoneFor } from '../../core/words.js';
import { StateMark } from '../../parts/state-mark.js';
import type { Instant } from './roll-lanes.js';

/** Who only passes over it asks nothing, ms. */
const PAUSE = 120;
const sentences = new Map<string, string>();

export function RollHint({ id, zone, instant }: { id: string; zone: string | undefined; instant: Instant }) {
  const { nominalAt, said } = instant;
  const key = `${id} ${nominalAt} ${said}`;
  const sentence = useSignal(sentences.get(key) ?? '');
  useEffect(() => {
    if (sentence.value) return undefined;
    const over = new AbortController();
    const timer = setTimeout(() => {
      ask<Explanation>(pathTo(['schedules', id, 'explain'], { at: nominalAt }), { signal: over.signal })
        .then((told) => {
          if (sentences.size > 300) sentences.clear();
          sentences.set(key, told.sentence);
          sentence.value = told.sentence;
        })
        .catch(() => {});
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [key]);
  return (
    <div class="roll-hint">
      <p>
        <b>{id}</b> <StateMark state={said} />
      </p>
      <p class="tip-title">{exactMoment(Date.parse(nominalAt), zoneFor(zone))}</p>
      <p class="roll-sentence">{sentence.value || ' '}</p>
    </div>
  );
}
