/** One scheduler node put together: API, campaign, duties, schedule files. */

import { hostname } from 'node:os';
import { AlertWatch } from '../alerts/watch.js';
import { type Api, type ApiOptions, createApi } from '../api/server.js';
import { isUnavailable } from '../domain/input/errors.js';
import { type Campaign, startCampaign } from '../election/campaign.js';
import { leaderOf } from '../election/leader.js';
import type { FileSet } from '../files/file-set.js';
import type { Log } from '../runtime/log.js';
import { randomText } from '../runtime/random.js';
import type { Service } from '../runtime/service.js';
import { within } from '../runtime/within.js';
import { SchedulerNode } from '../scheduler/node.js';
import type { Store } from '../store/contract/index.js';
import { registryKeys } from '../store/redis/index.js';
import { configureQueues } from '../tasks/configure-queues.js';
import type { ProcessFigures } from '../telemetry/process-figures.js';
import { startOnStore, waitForStore } from './await-store.js';
import { OutwardService } from './compose-outward.js';
import { nodeMetrics } from './metrics.js';
import { ScheduleFiles } from './schedule-files.js';
import { setFilesOf } from './set-files.js';
import type { Settings } from './settings-read.js';

export interface NodeOptions {
  settings: Settings;
  store: Store;
  /** URL of the data Redis. */
  redis: string;
  /** Directory of the schedule files; null: none are read. */
  schedules: string | null;
  stopping: AbortSignal;
  /** Of `carillon dev`: one directory is edited, and whatever it holds is meant. */
  dev: boolean;
  /** Schedule files that were read again are in force. */
  onReloaded?: (text: string) => void;
  /** Valid schedule files were read. */
  onRead?: (set: FileSet) => void;
  env: Record<string, string | undefined>;
  /** Where it is counted what this process does. */
  figures: ProcessFigures;
  /** This process has a worker too: /metrics answers its figures as well. */
  works: boolean;
  log: Log;
  version: string;
}

export interface ComposedNode {
  /** In the order in which they start. */
  services: Service[];
  /** Known once the API listens. */
  url(): string;
  /** Reads the schedule files again and proposes them. */
  reload(): void;
}

/** How long the end of a node waits for a look that is under way, ms. */
const LAST_LOOK = 1_000;

export function composeNode(options: NodeOptions): ComposedNode {
  const { settings, store, redis, log, version } = options;
  const id = `${settings.name}~${randomText(8)}`;
  const lockKey = registryKeys(settings.namespace).lock;
  let campaign: Campaign | undefined;
  let node: SchedulerNode | undefined;
  let url = '';
  let takesPart = false;

  const hasLeader = async (): Promise<boolean> => (await leaderSeen(store, campaign)) !== null;
  const outward = new OutwardService({ settings, store, log, hasLeader });
  const alerts = new AlertWatch({
    ...{ store, log, by: id, targets: outward.targets, hasLeader, leaderTtlMs: settings.leaderTtl },
    leads: () => (node?.term ?? null) !== null,
    ping: (ping) => outward.ping(ping),
  });
  const metrics = nodeMetrics({ ...options, leads: () => (node?.term ?? null) !== null });
  const api: Api = createApi({
    store,
    metrics,
    cluster: {
      ...{ self: settings.name, leaderTtlMs: settings.leaderTtl },
      leader: () => leaderSeen(store, campaign),
    },
    health: async () => ({
      ready: takesPart && files.files !== undefined,
      problems: await files.problems(),
    }),
    setFiles: setFilesOf(store, { stopping: options.stopping }),
    onUnroutable: (queue) => alerts.stir(queue),
    ...shownAs(settings),
    log,
    host: settings.host,
    port: settings.port,
    version,
  });
  const files = new ScheduleFiles({
    store,
    log,
    directory: options.schedules,
    chosen: settings.schedulesChosen,
    set: settings.source,
    environment: settings.environment,
    release: settings.release,
    commit: settings.commit,
    env: options.env,
    node: settings.name,
    process: id,
    dev: options.dev,
    onTold: () => node?.announce(),
    ...(options.onReloaded ? { onReloaded: options.onReloaded } : {}),
    ...(options.onRead ? { onRead: options.onRead } : {}),
  });

  const configure = async (): Promise<void> => {
    const { queueSettings } = settings;
    if (!queueSettings) return;
    const { path, queues, placeOf } = queueSettings;
    await configureQueues(store, path, queues, placeOf);
    if (queues.size > 0)
      log.info(
        { event: 'queue.configured', file: path, queues: [...queues.keys()] },
        'settings of queues are in force',
      );
  };

  const startNode = async (): Promise<void> => {
    node = new SchedulerNode({
      store,
      log,
      presence: {
        id,
        name: settings.name,
        host: hostname(),
        pid: process.pid,
        version,
        tz: process.versions['tz'] ?? '',
        url,
        ...(settings.release === undefined ? {} : { release: settings.release }),
      },
      files: () => files.files,
      onElected: metrics.elected,
      onSchedules: (queue) => alerts.changed(queue),
      onSignal: (signal) => alerts.heed(signal),
      campaign: (lead) => {
        campaign = startCampaign({
          lockUrls: settings.lockUrls ?? [redis],
          lockKey,
          node: id,
          ttlMs: settings.leaderTtl,
          store,
          lockOnData: settings.lockUrls === undefined,
          onElected: lead,
          behind: () => node?.behind ?? null,
          // The set that was in force is lost with the rest: the files are proposed anew.
          onLost: () => {
            files.reload();
            configure().catch((error: unknown) =>
              log.error(
                { event: 'queue.unconfigured', error },
                'the settings of queues could not be written again',
              ),
            );
          },
          log,
        });
        return campaign;
      },
      leaderTtlMs: settings.leaderTtl,
      leaseMs: settings.lease,
      horizon: settings.horizon,
      catchUpRate: settings.catchUpRate,
    });
    await node.start();
    takesPart = true;
  };

  return {
    url: () => url,
    reload: () => files.reload(),
    services: [
      {
        name: 'api',
        async start() {
          ({ url } = await api.listen());
          log.info({ event: 'api.listening', url }, 'the API listens');
        },
        stop: () => api.close(),
      },
      {
        name: 'schedule files',
        async start() {
          await waitForStore(store, log, options.stopping);
          await configure();
          await files.start();
        },
        stop: () => files.stop(),
      },
      {
        name: 'scheduler',
        async start() {
          await startOnStore(store, log, options.stopping, startNode);
          await startOnStore(store, log, options.stopping, () => outward.start());
          alerts.start();
        },
        async stop() {
          // A look under way may hang with its store: the next leader does not wait for it.
          await Promise.all([node?.stop(), within(LAST_LOOK, alerts.stop()), outward.stop()]);
        },
      },
    ],
  };
}

/** To whom the API is open, under which path, and what may be done and seen there. */
function shownAs(settings: Settings): Partial<ApiOptions> {
  const { apiKey, basePath, trustProxy, allowedHosts, readOnly, hidePayloads, environment } = settings;
  return {
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(basePath === undefined ? {} : { basePath }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
    ...(allowedHosts === undefined ? {} : { allowedHosts }),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(hidePayloads === undefined ? {} : { hidePayloads }),
    ...(environment === undefined ? {} : { environment }),
  };
}

/** Who leads by office and lock together; nobody that we know of while the lock masters do not answer. */
async function leaderSeen(store: Store, campaign: Campaign | undefined) {
  if (!campaign) return null;
  const holder = campaign.holder().catch((error: unknown) => {
    if (isUnavailable(error)) return null;
    throw error;
  });
  const [office, lockValue] = await Promise.all([store.office(), holder]);
  const term = leaderOf(office, lockValue);
  return term && { node: term.node.split('~')[0] ?? term.node, term: term.number, since: term.since };
}
