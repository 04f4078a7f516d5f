/** What a worker exposes to Prometheus at a port of its own, where one was asked for. */

import { metricsPort } from '../api/metrics-port.js';
import type { Log } from '../runtime/log.js';
import type { Service } from '../runtime/service.js';
import type { ProcessFigures } from '../telemetry/process-figures.js';
import { scrapeOf } from '../telemetry/scrape.js';
import type { Settings } from './settings-read.js';

/** Nothing where no port was asked for. */
export function workerMetrics(
  { host, metricsPort: port, apiKey }: Settings,
  figures: ProcessFigures,
  log: Log,
): Service[] {
  if (port === undefined) return [];
  const scrape = scrapeOf(figures.exposed(['process', 'worker']));
  const listening = metricsPort({ host, port, scrape, log, ...(apiKey === undefined ? {} : { apiKey }) });
  return [
    {
      name: 'metrics',
      async start() {
        const { url } = await listening.listen();
        log.info({ event: 'metrics.listening', url }, 'the metrics are there');
      },
      stop: () => listening.close(),
    },
  ];
}
