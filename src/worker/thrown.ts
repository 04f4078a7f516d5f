/** What is kept of a thrown value: its message, stack, code and causes, bounded, whatever was thrown. */

import { inspect, types } from 'node:util';
import type { TaskError } from '../domain/task/task.js';

const MAX_MESSAGE = 4_096;
const MAX_STACK = 8_192;
const MAX_CODE = 128;
/** Of an error that lies below another. */
const MAX_INNER_STACK = 2_048;
const DEEPEST = 4;
const MOST_ERRORS = 5;

export function describeThrown(thrown: unknown): TaskError {
  return describe(thrown, 0, new Set());
}

function describe(thrown: unknown, depth: number, above: Set<unknown>): TaskError {
  if (!isError(thrown)) return { message: textOf(thrown).slice(0, MAX_MESSAGE) };
  const text = look(thrown, 'message') || look(thrown, 'name');
  const error: TaskError = { message: textOf(text).slice(0, MAX_MESSAGE) };
  const stack = look(thrown, 'stack');
  if (typeof stack === 'string') error.stack = stack.slice(0, depth === 0 ? MAX_STACK : MAX_INNER_STACK);
  const code = look(thrown, 'code');
  if (typeof code === 'string') error.code = code.slice(0, MAX_CODE);
  else if (typeof code === 'number' && Number.isFinite(code)) error.code = code;
  if (depth >= DEEPEST) return error;
  const within = new Set(above).add(thrown);
  const cause = look(thrown, 'cause');
  if (cause !== undefined && cause !== null && !within.has(cause)) {
    error.cause = describe(cause, depth + 1, within);
  }
  const errors = look(thrown, 'errors');
  if (Array.isArray(errors) && errors.length > 0) {
    error.errors = errors
      .slice(0, MOST_ERRORS)
      .filter((one) => !within.has(one))
      .map((one) => describe(one, depth + 1, within));
  }
  return error;
}

/** Of this realm or another; a DOMException is none by nature. */
function isError(thrown: unknown): thrown is object {
  try {
    return types.isNativeError(thrown) || thrown instanceof Error;
  } catch {
    return false;
  }
}

/** A property, or undefined where looking at it throws. */
function look(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function textOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    const text = JSON.stringify(thrown) as string | undefined;
    if (text !== undefined && text !== '{}') return text;
  } catch {
    // Circular, or a BigInt within: shown as a console would.
  }
  try {
    const options = {
      depth: 3,
      breakLength: Number.POSITIVE_INFINITY,
      maxArrayLength: 20,
      maxStringLength: 1_000,
    };
    return inspect(thrown, options);
  } catch {
    return 'a value that cannot be shown was thrown';
  }
}
