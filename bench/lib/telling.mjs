/** Has the workers of this process tell what they do, as an application would: to a registry that is scraped, or to OpenTelemetry. */

import { createRequire } from 'node:module';
import { productFile } from './product.mjs';

/** Packages that the product is tested with. */
const ofProduct = createRequire(productFile('carillon', 'package.json'));

/** What a Worker is to be given besides, and how much was told so far: characters that were scraped, or spans. */
export function telling(telemetry) {
  if (telemetry === 'metrics') return registry();
  if (telemetry === 'tracing') return tracing();
  return { options: {}, told: () => 0 };
}

function registry() {
  const { Registry } = ofProduct('prom-client');
  const metrics = new Registry();
  let told = 0;
  setInterval(async () => {
    told += (await metrics.metrics()).length;
  }, 1_000);
  return { options: { metrics }, told: () => told };
}

function tracing() {
  const { context, trace } = ofProduct('@opentelemetry/api');
  const { AsyncLocalStorageContextManager } = ofProduct('@opentelemetry/context-async-hooks');
  const { BasicTracerProvider, BatchSpanProcessor } = ofProduct('@opentelemetry/sdk-trace-base');
  let told = 0;
  const exporter = {
    export(spans, done) {
      told += spans.length;
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
  // As many as come: what is dropped because a queue is full would cost nothing.
  const limits = { maxQueueSize: 1_000_000, maxExportBatchSize: 10_000, scheduledDelayMillis: 500 };
  const spanProcessors = [new BatchSpanProcessor(exporter, limits)];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return { options: {}, told: () => told };
}
