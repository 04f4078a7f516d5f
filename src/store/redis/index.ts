/** The Store on Redis: opens the connection, checks that this Redis is fit for it, and joins the verbs. */

import { CarillonError } from '../../domain/input/errors.js';
import type { Log } from '../../runtime/log.js';
import { Observers } from '../../runtime/observed.js';
import { silentLog } from '../../runtime/silent-log.js';
import type { Store } from '../contract/index.js';
import { againVerbs } from './again.js';
import { alertVerbs } from './alerts.js';
import { auditVerbs } from './audit.js';
import { Awaited } from './awaited.js';
import { redisBeats } from './beats.js';
import { Connection } from './connection.js';
import { Events } from './events.js';
import { flowVerbs } from './flows.js';
import { readInfo } from './info.js';
import { leaderVerbs } from './leader.js';
import { operationVerbs } from './operations.js';
import { overviewVerbs } from './overviews.js';
import { queueVerbs } from './queues.js';
import { readVerbs } from './reads.js';
import { registryVerbs } from './registry.js';
import { roadVerbs } from './road.js';
import { rollupVerbs } from './rollups.js';
import { scheduleVerbs } from './schedules.js';
import { setVerbs } from './sets.js';
import { Subscriptions } from './subscriptions.js';

export { registryKeys } from './registry-keys.js';

export interface StoreOptions {
  /** redis:// or rediss:// URL, or the path of a unix socket. */
  url: string;
  namespace: string;
  log?: Log;
  /** Leases are kept from a thread of their own, for processes that run tasks. */
  threads?: boolean;
}

/** Connects (in the background: verbs wait for the connection, a few seconds each) and answers the Store. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const log = options.log ?? silentLog;
  const observed = new Observers(log);
  const connection = new Connection({
    url: options.url,
    namespace: options.namespace,
    log,
    observed,
  });
  connection.begin();
  const subscriptions = new Subscriptions(connection);
  const registry = registryVerbs(connection, subscriptions);
  const awaited = new Awaited(connection, subscriptions);
  const events = new Events(connection);
  return {
    ...roadVerbs(connection),
    ...againVerbs(connection),
    ...(options.threads ? { beats: beatsOn(connection) } : {}),
    ...leaderVerbs(connection),
    ...scheduleVerbs(connection),
    ...queueVerbs(connection),
    ...registry,
    ...setVerbs(connection),
    ...alertVerbs(connection),
    ...auditVerbs(connection),
    ...operationVerbs(connection),
    ...flowVerbs(connection),
    ...rollupVerbs(connection),
    ...readVerbs(connection),
    ...overviewVerbs(connection),
    onceEnded: awaited.onceEnded,
    observe: events.observe,
    events: events.events,
    awaitEvents: events.awaitEvents,
    observed,
    clock: () => connection.clock,
    time: () => connection.time(),
    check: () => check(connection),
    async close() {
      awaited.close();
      events.close();
      await connection.close();
    },
  };
}

function beatsOn(connection: Connection): NonNullable<Store['beats']> {
  const prefixOf = (queue: string): string => connection.partition(queue).prefix;
  const { log } = connection;
  return (leaseMs, deadlines) =>
    redisBeats({ ...connection.scriptElsewhere('beat'), leaseMs, deadlines, log, prefixOf });
}

async function check(connection: Connection): Promise<void> {
  const info = await readInfo(connection);
  const version = info['redis_version'] ?? '0';
  if (Number.parseInt(version, 10) < 7) {
    throw new CarillonError('redis_unsuitable', `Redis ${version} is too old: Carillon needs 7.0 or newer`);
  }
  const policy = info['maxmemory_policy'] ?? 'noeviction';
  if (policy !== 'noeviction') {
    throw new CarillonError(
      'redis_unsuitable',
      `maxmemory-policy is ${policy}: Redis would silently delete tasks; set maxmemory-policy noeviction`,
    );
  }
  if (info['role'] !== undefined && info['role'] !== 'master') {
    throw new CarillonError('redis_unsuitable', `this Redis is a ${info['role']}: connect to the primary`);
  }
  await connection.time();
}
