/** What `carillon dev` says of tasks and schedules that the built-in handlers refuse: how to allow them, each once. */

import type { FileSet } from '../files/file-set.js';
import type { BuiltIns } from '../node/built-in-handlers.js';
import type { Ending } from '../worker/attempt.js';
import type { Handlers } from '../worker/handlers.js';

/** Said of one reading of schedule files. */
const MOST_SAID = 5;

export interface Refusals {
  /** An attempt has ended. */
  ended(ending: Ending): void;
  /** Schedule files were read. */
  read(set: Pick<FileSet, 'builtIn'>): void;
}

/** `own`: what a module has of such a name is its own affair. */
export function tellRefusals(
  { refusal, handlers }: BuiltIns,
  own: Handlers,
  say: (text: string) => void,
): Refusals {
  const isOurs = (handler: string): boolean =>
    Object.hasOwn(handlers, handler) && !Object.hasOwn(own, handler);
  const said = new Set<string>();
  const once = (text: string): boolean => {
    if (said.has(text)) return false;
    said.add(text);
    return true;
  };
  return {
    ended({ task, record }) {
      const { code, message = '' } = record.error ?? {};
      if (code === 'forbidden' && isOurs(task.handler) && once(message)) say(message);
    },
    read({ builtIn }) {
      const refused = builtIn.flatMap(({ id, handler, payload }) => {
        const why = isOurs(handler) ? refusal(handler, payload) : null;
        return why === null || !once(`${id} ${why}`) ? [] : [{ id, why }];
      });
      for (const { id, why } of refused.slice(0, MOST_SAID)) say(`schedule ${id}: ${why}`);
      const more = refused.length - MOST_SAID;
      if (more > 0) say(`and ${more} more schedules that this worker does not allow`);
    },
  };
}
