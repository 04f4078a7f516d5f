/** What a node exposes to Prometheus at its API, put together. */

import type { ApiMetrics } from '../api/metrics.js';
import { createComing } from '../schedules/coming.js';
import type { Store } from '../store/contract/index.js';
import { NodeFigures } from '../telemetry/node-figures.js';
import type { ProcessFigures } from '../telemetry/process-figures.js';
import { scrapeOf } from '../telemetry/scrape.js';

export interface NodeMetricsParts {
  store: Store;
  figures: ProcessFigures;
  works: boolean;
  leads(): boolean;
}

export function nodeMetrics(parts: NodeMetricsParts): ApiMetrics & { elected(): void } {
  const { store, figures, works, leads } = parts;
  const coming = createComing();
  const node = new NodeFigures({
    ...{ store, leads, tally: figures.tally },
    nextDues: (row, now) => coming(row, now).next.map(({ due }) => due),
  });
  const own = figures.exposed(works ? ['process', 'node', 'worker'] : ['process', 'node']);
  return {
    scrape: scrapeOf([...own, ...node.exposed()]),
    answered: (...request) => node.answered(...request),
    elected: () => node.elected(),
  };
}
