/** What may be asked of one schedule: the fields of each question and edit, read the same by client and API. */

import { about, instant, later, text, wholeText } from '../domain/input/readers.js';

export const PAUSE = { reason: about(text(256), 'why, shown with the schedule'), until: later };

export const OCCURRENCES = {
  from: about(instant, 'the first instant of interest; by default an hour ago'),
  to: about(instant, 'the last one; by default an hour from now'),
  limit: about(wholeText(1, 1000), 'how many, at most 1000; by default 100'),
};

export const EXPLAIN = {
  at: about(instant, 'the instant to explain; with jitter also the time at which it came due'),
};
