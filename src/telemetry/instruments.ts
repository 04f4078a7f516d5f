/** The figures of OpenTelemetry's conventions for messaging, made once for each provider that was set up. */

import type { Counter, Histogram } from '@opentelemetry/api';
import { VERSION } from '../runtime/version.js';
import { metering } from './open-telemetry.js';

export interface Instruments {
  sent: Counter;
  consumed: Counter;
  /** Of send, receive and settle, seconds. */
  operation: Histogram;
  /** Of handlers, seconds. */
  process: Histogram;
}

/** As the conventions ask for. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

let made: { provider: unknown; instruments: Instruments } | null = null;

/** null: nobody has set up metrics. */
export function instruments(): Instruments | null {
  const found = metering();
  if (!found) return null;
  if (made !== null && made.provider === found.provider) return made.instruments;
  const meter = found.api.metrics.getMeter('carillon', VERSION);
  const seconds = (name: string, description: string): Histogram =>
    meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: SECONDS } });
  const messages = (name: string, description: string): Counter =>
    meter.createCounter(name, { unit: '{message}', description });
  made = {
    provider: found.provider,
    instruments: {
      sent: messages('messaging.client.sent.messages', 'Tasks that were to be made.'),
      consumed: messages('messaging.client.consumed.messages', 'Tasks handed to this worker.'),
      operation: seconds(
        'messaging.client.operation.duration',
        'How long sending, receiving or settling took.',
      ),
      process: seconds('messaging.process.duration', 'How long handlers ran.'),
    },
  };
  return made.instruments;
}
