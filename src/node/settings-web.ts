/** Settings of where and to whom a node shows its API and dashboard, and of what may be done and seen there. */

import { allowedHosts, basePath, trustProxy, yesOrNo } from './setting-readers.js';
import type { Setting } from './settings.js';

const NODE = ['start', 'dev'] as const;

export const WEB_SETTINGS = {
  basePath: {
    env: 'CARILLON_BASE_PATH',
    flag: '--base-path <path>',
    file: true,
    for: NODE,
    read: basePath,
    default: 'none',
    help: 'what stands before every path where a proxy shows the node, such as /carillon; it may pass it on or not',
  },
  trustProxy: {
    env: 'CARILLON_TRUST_PROXY',
    flag: '--trust-proxy <who>',
    file: true,
    for: NODE,
    read: trustProxy,
    default: 'false',
    help: 'whose X-Forwarded-* are believed: false, true, how many proxies stand in a row, or their addresses and networks',
  },
  allowedHosts: {
    env: 'CARILLON_ALLOWED_HOSTS',
    flag: '--allowed-hosts <names>',
    file: true,
    for: NODE,
    read: allowedHosts,
    default: 'names of this machine; with an API key any',
    help: 'host names the API answers to besides those of this machine, comma-separated: carillon.example.com, *.example.com',
  },
  readOnly: {
    env: 'CARILLON_READ_ONLY',
    flag: '--read-only [yes-or-no]',
    file: true,
    for: NODE,
    read: yesOrNo,
    default: 'false',
    help: 'refuse whatever would change something through this API; the schedule files of the node still apply',
  },
  hidePayloads: {
    env: 'CARILLON_HIDE_PAYLOADS',
    flag: '--hide-payloads [yes-or-no]',
    file: true,
    for: NODE,
    read: yesOrNo,
    default: 'false',
    help: 'leave out what tasks are given and give back: payloads, results, progress and log lines',
  },
} as const satisfies Record<string, Setting<unknown>>;
