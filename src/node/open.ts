/** The parts every running process begins with: log, store. */

import { connection } from '../connect.js';
import { DEFAULTS } from '../domain/defaults.js';
import { createLog, type SettableLog } from '../runtime/log.js';
import type { Store } from '../store/contract/index.js';
import type { Settings } from './settings-read.js';

export interface Base {
  log: SettableLog;
  store: Store;
  redis: string;
}

export function logOf({ logLevel, logFormat, name }: Settings): SettableLog {
  const format = logFormat ?? (process.stderr.isTTY ? 'pretty' : 'json');
  return createLog({ level: logLevel, format, name });
}

export async function openBase(settings: Settings, redis = settings.redis ?? DEFAULTS.redis): Promise<Base> {
  const log = logOf(settings);
  const { namespace, statsBudget } = settings;
  const { open } = connection({ redis, namespace, log }, statsBudget);
  return { log, store: await open(), redis };
}
