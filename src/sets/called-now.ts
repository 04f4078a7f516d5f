/** What became of the ids of an earlier revision, so that going back to it undoes renames instead of beginning anew. */

import type { SetStore, StoredProposal } from '../store/contract/index.js';
import { formerlyOf, keptLines, type Line } from './body.js';
import { type Changes, changesBetween } from './difference.js';

type Revision = Pick<StoredProposal, 'slices' | 'formerly'>;

/**
 * By id in `target`: what the schedule is called now, where that is another id. `since`: what came into force after
 * it, the oldest first. Reads what differs from one revision to the next, and nothing else.
 */
export async function calledNow(
  store: Pick<SetStore, 'slices'>,
  set: string,
  target: Revision,
  since: readonly Revision[],
): Promise<Record<string, string>> {
  const names = new Names();
  let before = target;
  for (const after of since) {
    const lines = await differingLines(store, set, before, after);
    if (!lines) return {};
    names.step(await changesBetween(lines.before, lines.after), after.formerly ?? {});
    before = after;
  }
  return names.result();
}

async function differingLines(
  store: Pick<SetStore, 'slices'>,
  set: string,
  before: Revision,
  after: Revision,
): Promise<{ before: Map<string, Line>; after: Map<string, Line> } | null> {
  const [was, is] = [new Set(before.slices), new Set(after.slices)];
  const left = await keptLines(
    store,
    set,
    before.slices.filter((id) => !is.has(id)),
  );
  const come = await keptLines(
    store,
    set,
    after.slices.filter((id) => !was.has(id)),
  );
  return left && come ? { before: left, after: come } : null;
}

class Names {
  /** Of those that are called otherwise now: by that id, the one they had. */
  readonly #had = new Map<string, string>();
  /** Made since, under an id that may have been another one's before. */
  readonly #made = new Set<string>();
  /** Ids of the earlier revision that it would need for itself. */
  readonly #left = new Set<string>();

  /** `known`: what some were called before that do not say so themselves. */
  step({ created, removed }: Changes, known: Readonly<Record<string, string>>): void {
    const gone = new Set(removed);
    const renamed = created.flatMap((line) => {
      const formerly = known[line.id] ?? formerlyOf(line);
      return formerly !== undefined && gone.delete(formerly)
        ? [{ id: line.id, had: this.#had.get(formerly) ?? formerly }]
        : [];
    });
    for (const id of removed) {
      if (!this.#made.has(id)) this.#left.add(id);
      this.#made.delete(id);
      this.#had.delete(id);
    }
    for (const { id } of created) this.#made.add(id);
    for (const { id, had } of renamed) this.#had.set(id, had);
  }

  result(): Record<string, string> {
    const others = [...this.#had].filter(([now, had]) => now !== had && !this.#left.has(now));
    return Object.fromEntries(others.map(([now, had]) => [had, now]));
  }
}
