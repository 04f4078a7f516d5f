/** What the store says of endings it was sent: those it recorded are counted, those it refused go on elsewhere. */

import type { Observers, Over } from '../runtime/observed.js';
import type { ClaimedTask, Completion, EndingWord, Settlement } from '../store/contract/index.js';

export type Completing = Completion & { task: ClaimedTask };
/** Without a task: it goes back and has never begun. */
export type Settling = Settlement & { task?: ClaimedTask };

const NONE: readonly string[] = [];

/** `words` null: all were recorded. */
export function refused(
  endings: readonly { id: string }[],
  words: readonly EndingWord[] | null,
): readonly string[] {
  return words === null ? NONE : endings.flatMap(({ id }, i) => (words[i] === 'lost' ? [id] : []));
}

/** Once for each call, with what it was answered in the end. */
export function tellRecorded(
  observed: Observers,
  endings: readonly (Completing | Settling)[],
  words: readonly EndingWord[] | null,
): void {
  for (let i = 0; i < endings.length; i += 1) {
    const ending = endings[i] as Completing | Settling;
    if (!ending.task || words?.[i] === 'lost') continue;
    const over = 'next' in ending ? overBy(ending.next) : 'completed';
    observed.attemptEnded(ending.task, ending.record, words?.[i] === 'stopped' ? 'cancelled' : over);
  }
}

function overBy({ to }: Settlement['next']): Over | null {
  return to === 'dead' || to === 'cancelled' ? to : null;
}
