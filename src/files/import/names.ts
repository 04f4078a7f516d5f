/** From foreign names to valid ids, handlers and queues. */

import { isHandlerName, isQueueName } from '../../domain/input/names.js';

/** Leaves room for a number behind it. */
const LONGEST_ID = 120;
const LONGEST_QUEUE = 64;
const LONGEST_HANDLER = 128;

/** Small letters, and a hyphen for whatever an id cannot hold. */
export function idFrom(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, LONGEST_ID)
    .replace(/[-.]+$/, '');
  return plain === '' ? 'schedule' : plain;
}

/** `sendReports` as `send-reports`: names of code are no ids that anybody knows. */
export function idFromCode(name: string): string {
  return idFrom(name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/([A-Z])([A-Z][a-z])/g, '$1-$2'));
}

/** `Admin::CleanUp` as `Admin.CleanUp`; a hyphen for whatever else a handler cannot hold. */
export function handlerFrom(name: string): string {
  const given: unknown = name;
  if (isHandlerName(given)) return name;
  const plain = name
    .normalize('NFKD')
    .replace(/^::/, '')
    .replaceAll('::', '.')
    .replace(/[^A-Za-z0-9._/-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, LONGEST_HANDLER)
    .replace(/-+$/, '');
  return plain === '' ? 'handler' : plain;
}

/** The same for queues, which know no capitals. */
export function queueFrom(name: string): string {
  const given: unknown = name;
  if (isQueueName(given)) return name;
  const plain = idFrom(name).slice(0, LONGEST_QUEUE);
  return isQueueName(plain) ? plain : 'default';
}
