/** Figures as the text that Prometheus reads; prom-client is loaded for the first scrape, not before. */

import type { Registry } from 'prom-client';
import type { Exposed } from './exposed.js';

export interface ScrapeText {
  contentType: string;
  text: string;
}

export type Scrape = () => Promise<ScrapeText>;

export function scrapeOf(metrics: readonly Exposed[]): Scrape {
  let registry: Promise<Registry> | undefined;
  const make = async (): Promise<Registry> => {
    const { Registry: Made } = await import('prom-client');
    const made = new Made();
    // They are none of its classes, and have all that it looks at.
    for (const metric of metrics) made.registerMetric(metric as never);
    return made;
  };
  return async () => {
    registry ??= make();
    const { contentType, metrics: read } = await registry.then((made) => ({
      contentType: made.contentType,
      metrics: () => made.metrics(),
    }));
    return { contentType, text: await read() };
  };
}
