/** Why one instant ran, or did not: the sentence is asked for when somebody wants it. */

import { useSignal } from '@preact/signals';
import { ask, pathTo } from '../../core/api.js';
import { problemOf } from '../../core/problems.js';
import type { Explanation } from '../../core/types.js';

export function Explained({ id, at, words }: { id: string; at: string; words: string }) {
  const sentence = useSignal<string | null>(null);
  const toggle = async (): Promise<void> => {
    if (sentence.value !== null) {
      sentence.value = null;
      return;
    }
    try {
      sentence.value = (await ask<Explanation>(pathTo(['schedules', id, 'explain'], { at }))).sentence;
    } catch (error) {
      sentence.value = problemOf(error).message;
    }
  };
  return (
    <>
      <button
        type="button"
        class="link-button why"
        aria-expanded={sentence.value !== null}
        onClick={() => void toggle()}
      >
        {words}
      </button>
      {sentence.value !== null && (
        <p class="why-sentence" role="status">
          {sentence.value}
        </p>
      )}
    </>
  );
}
