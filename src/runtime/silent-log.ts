/** The log of whoever wants none; apart from the other, so that a thread which says nothing need not load pino. */

import type { Log } from './log.js';

const nothing = (): void => {};

export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
};
