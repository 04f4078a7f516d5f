/** The fingerprint of the error that a task failed with: the same for all that failed of one cause, as far as that shows. */

import { errorShape } from '../domain/task/error-shape.js';
import { shortHash } from '../runtime/short-hash.js';
import type { TaskFacts } from '../store/contract/index.js';

/** 12 characters of base 62 are 71 bits. */
const LENGTH = 12;

/** The latest error of a task; a task whose latest attempt went well has none. */
export function latestError({ history }: TaskFacts): { message: string } | undefined {
  return history.at(-1)?.error;
}

export function fingerprintOf(task: TaskFacts): string | undefined {
  const error = latestError(task);
  return error && fingerprint(task.handler, error.message);
}

/** Many die of the same: their messages are mostly the same text. */
const recent = new Map<string, string>();
const REMEMBERED = 1_000;

function fingerprint(handler: string, message: string): string {
  const text = `${handler}\n${message}`;
  const known = recent.get(text);
  if (known !== undefined) return known;
  const made = shortHash(`${handler}\n${errorShape(message)}`).slice(0, LENGTH);
  if (recent.size >= REMEMBERED) recent.clear();
  recent.set(text, made);
  return made;
}
