/** One scheduler node put together: API, campaign, duties, schedule files. */

import { hostname } from 'node:os';
import { type Api, createApi } from '../api/server.js';
import { CarillonError } from '../domain/input/errors.js';
import { type Campaign, startCampaign } from '../election/campaign.js';
import { leaderOf } from '../election/leader.js';
import type { RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { randomText } from '../runtime/random.js';
import type { Service } from '../runtime/service.js';
import { SchedulerNode } from '../scheduler/node.js';
import type { Store } from '../store/contract/index.js';
import { registryKeys } from '../store/redis/index.js';
import { waitForStore } from './await-store.js';
import { ScheduleFiles } from './schedule-files.js';
import type { Settings } from './settings-read.js';

export interface NodeOptions {
  settings: Settings;
  store: Store;
  clock: RedisClock;
  /** URL of the data Redis. */
  redis: string;
  /** Directory of the schedule files; null: none are read. */
  schedules: string | null;
  stopping: AbortSignal;
  /** Applies the files again when they change. */
  reload: boolean;
  env: Record<string, string | undefined>;
  log: Log;
  version: string;
}

export interface ComposedNode {
  /** In the order in which they start. */
  services: Service[];
  /** Known once the API listens. */
  url(): string;
}

export function composeNode(options: NodeOptions): ComposedNode {
  const { settings, store, clock, redis, log, version } = options;
  const id = `${settings.name}~${randomText(8)}`;
  const lockKey = registryKeys(settings.namespace).lock;
  let campaign: Campaign | undefined;
  let node: SchedulerNode | undefined;
  let url = '';

  const api: Api = createApi({
    store,
    clock,
    cluster: { self: settings.name, leader: () => leaderSeen(store, campaign) },
    ...(settings.apiKey === undefined ? {} : { apiKey: settings.apiKey }),
    log,
    host: settings.host,
    port: settings.port,
    version,
  });
  const files = new ScheduleFiles({
    store,
    clock,
    log,
    directory: options.schedules,
    chosen: settings.schedulesChosen,
    set: settings.source,
    environment: settings.environment,
    env: options.env,
    reload: options.reload,
    /** Only the leader applies; null on a standby. */
    term: () => node?.term ?? null,
  });

  const startNode = async (): Promise<void> => {
    await waitForStore(store, log, options.stopping);
    node = new SchedulerNode({
      store,
      clock,
      log,
      presence: {
        id,
        name: settings.name,
        host: hostname(),
        pid: process.pid,
        version,
        tz: process.versions['tz'] ?? '',
        url,
      },
      campaign: (lead) => {
        campaign = startCampaign({
          lockUrls: settings.lockUrls ?? [redis],
          lockKey,
          node: id,
          ttlMs: settings.leaderTtl,
          store,
          lockOnData: settings.lockUrls === undefined,
          onElected: lead,
          log,
        });
        return campaign;
      },
      leaderTtlMs: settings.leaderTtl,
      leaseMs: settings.lease,
      horizon: settings.horizon,
      onOffice: (term) => files.apply(term),
    });
    await node.start();
  };

  return {
    url: () => url,
    services: [
      {
        name: 'api',
        async start() {
          ({ url } = await api.listen());
          log.info({ url }, 'the API listens');
        },
        stop: () => api.close(),
      },
      { name: 'schedule files', start: () => files.start(), stop: () => files.stop() },
      {
        name: 'scheduler',
        start: startNode,
        async stop() {
          await node?.stop();
        },
      },
    ],
  };
}

/** Who leads by office and lock together; nobody that we know of while the lock masters do not answer. */
async function leaderSeen(store: Store, campaign: Campaign | undefined) {
  if (!campaign) return null;
  const holder = campaign.holder().catch((error: unknown) => {
    if (error instanceof CarillonError && error.code === 'unavailable') return null;
    throw error;
  });
  const [office, lockValue] = await Promise.all([store.office(), holder]);
  const term = leaderOf(office, lockValue);
  return term && { node: term.node.split('~')[0] ?? term.node, term: term.number, since: term.since };
}
