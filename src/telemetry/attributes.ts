/** What spans and figures say, by OpenTelemetry's conventions for messaging: a task is the message, its queue the destination. */

import { CarillonError } from '../domain/input/errors.js';

export type Operation = 'send' | 'receive' | 'process' | 'settle';

export type Attributes = Record<string, string | number>;

/** What every span and every figure has. */
export function about(operation: Operation, queue?: string): Attributes {
  return {
    'messaging.system': 'carillon',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    ...(queue === undefined ? {} : { 'messaging.destination.name': queue }),
  };
}

export function nameOf(operation: Operation, queue?: string): string {
  return queue === undefined ? operation : `${operation} ${queue}`;
}

/** Few values: the code of an error that we know, or the name of its class. */
export function errorType(error: unknown): string {
  if (error instanceof CarillonError) return error.code;
  return error instanceof Error && error.name !== '' ? error.name : '_OTHER';
}
