/**
 * OpenTelemetry where somebody has set it up. Its API leaves what was set up under a name that all its 1.x releases
 * share: as long as nothing stands there nothing is loaded, and a look costs next to nothing.
 */

import { createRequire } from 'node:module';
import type * as Api from '@opentelemetry/api';

export type OpenTelemetry = typeof Api;

const NAME = Symbol.for('opentelemetry.js.api.1');

interface SetUp {
  trace?: unknown;
  metrics?: unknown;
}

let api: OpenTelemetry | null | undefined;

const setUp = (): SetUp | undefined => (globalThis as { [NAME]?: SetUp })[NAME];

function loaded(): OpenTelemetry | null {
  if (api === undefined) {
    try {
      // Not imported: it may not be installed, and whoever set it up has loaded it.
      api = createRequire(import.meta.url)('@opentelemetry/api') as OpenTelemetry;
    } catch {
      api = null;
    }
  }
  return api;
}

/** null: nobody has set up traces or metrics. */
export function openTelemetry(): OpenTelemetry | null {
  const what = setUp();
  return what === undefined || (what.trace === undefined && what.metrics === undefined) ? null : loaded();
}

/** For figures; null: nobody has set up metrics. */
export function metering(): { api: OpenTelemetry; provider: unknown } | null {
  const provider = setUp()?.metrics;
  const api = provider === undefined ? null : loaded();
  return api && { api, provider };
}
