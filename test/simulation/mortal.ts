/** Somebody who dies in the midst of what he does. */

import type { Store } from '../../src/store/contract/index.js';
import type { ModelStore } from '../../src/testing/model-store.js';

/** Calls it still lives for; the last one is carried out and never answered. */
export interface Mortal {
  calls: number;
  died: Promise<void>;
  die(): void;
}

export function mortal(): Mortal {
  let die = (): void => {};
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  return { calls: Number.POSITIVE_INFINITY, died, die };
}

/** The store of somebody who dies in the middle of a call: it is carried out, and he never learns of it. */
export function dying(store: ModelStore, life: Mortal): Store {
  return new Proxy<Store>(store, {
    get(target, verb: keyof Store) {
      const value = target[verb];
      if (typeof value !== 'function' || verb === 'clock') return value;
      return async (...args: unknown[]) => {
        life.calls -= 1;
        const answer = await (value as (...given: unknown[]) => unknown).apply(target, args);
        if (life.calls > 0) return answer;
        life.die();
        return new Promise(() => {});
      };
    },
  });
}
