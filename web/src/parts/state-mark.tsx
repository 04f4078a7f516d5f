/** How something stands: a shape and a colour of its own, and the word beside it or for those who hear the page. */

import type { VNode } from 'preact';
import { lookOf, type Shape } from '../core/states.js';

const SHAPES: Readonly<Record<Shape, VNode>> = {
  ring: <circle cx="6" cy="6" r="4" class="stroke" />,
  hollow: <circle cx="6" cy="6" r="4" class="stroke dashed" />,
  dot: <circle cx="6" cy="6" r="4.5" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4" class="stroke" />
      <path d="M6 2a4 4 0 0 0 0 8z" />
    </>
  ),
  play: <path d="M3 1.800v8.400a.6.6 0 0 0 .9.500l7-4.200a.6.6 0 0 0 0-1l-7-4.200a.6.6 0 0 0-.9.500z" />,
  again: <path d="M9.800 4.300A4.200 4.200 0 1 0 10.200 6M10.300 1.600v3H7.300" class="stroke" />,
  tick: <path d="M1.800 6.600l2.800 2.800L10.300 2.900" class="stroke thick" />,
  cross: <path d="M2.500 2.500l7 7M9.500 2.500l-7 7" class="stroke thick" />,
  bar: <path d="M2 6h8" class="stroke thick" />,
  pause: <path d="M4 2.500v7M8 2.500v7" class="stroke thick" />,
  skip: <path d="M2 2.500L5.500 6 2 9.500M6.500 2.500L10 6 6.500 9.500" class="stroke" />,
  square: <rect x="2" y="2" width="8" height="8" rx="1.500" />,
};

/** `word`: shown beside the mark; a mark alone is still told. */
export function StateMark({
  state,
  word = true,
  title,
}: {
  state: string;
  word?: boolean | string;
  title?: string;
}) {
  const { tone, shape } = lookOf(state);
  const text = typeof word === 'string' ? word : state;
  return (
    <span class={`state tone-${tone}`} title={title ?? (word ? undefined : text)}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {SHAPES[shape]}
      </svg>
      <span class={word ? 'word' : 'unseen'}>{text}</span>
    </span>
  );
}
