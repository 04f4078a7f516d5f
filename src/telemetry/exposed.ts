/**
 * A row of the table as prom-client takes a metric: by name, type and `get()`. It reads what the process keeps when it is
 * asked, so it can stand in the registry of a program that has its own release of prom-client.
 */

import { HistogramState, type Sample, type Spread } from './figures.js';
import { METRICS, type MetricName, PREFIX, type Row } from './table.js';

/** Of a registry of prom-client what is needed here. */
export interface MetricsRegistry {
  // biome-ignore lint/suspicious/noExplicitAny: the metric types of prom-client differ from release to release
  registerMetric(metric: any): void;
}

export type Figures = Iterable<Sample | Spread>;
/** undefined: not known now. */
export type Read = () => Figures | undefined | Promise<Figures | undefined>;

interface Value {
  labels: Record<string, string | number>;
  value: number;
  metricName?: string;
}

export class Exposed {
  /** An OpenMetrics registry changes it. */
  name: string;
  readonly help: string;
  readonly type: Row['type'];
  readonly labelNames: readonly string[];
  readonly aggregator = 'sum';
  readonly #read: Read;

  constructor(name: MetricName, read: Read) {
    const { type, help, labels }: Row = METRICS[name];
    this.name = `${PREFIX}${name}`;
    this.type = type;
    this.help = help;
    this.labelNames = labels;
    this.#read = read;
  }

  async get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: Value[] }> {
    const { name, help, type, aggregator } = this;
    const figures = (await this.#read()) ?? [];
    return { name, help, type, aggregator, values: [...figures].flatMap((one) => this.#values(one)) };
  }

  /** As those who look for a metric in a registry to begin anew expect it: these figures do not. */
  reset(): void {}

  #values([values, figure]: Sample | Spread): Value[] {
    const labels = Object.fromEntries(this.labelNames.map((name, i) => [name, values[i] ?? '']));
    if (!(figure instanceof HistogramState)) return [{ labels, value: figure }];
    const { name } = this;
    const buckets = [...figure.upTo()];
    return [
      ...buckets.map(([bound, value]) => ({
        labels: { ...labels, le: bound === Number.POSITIVE_INFINITY ? '+Inf' : bound },
        value,
        metricName: `${name}_bucket`,
      })),
      { labels, value: figure.sum, metricName: `${name}_sum` },
      { labels, value: buckets.at(-1)?.[1] ?? 0, metricName: `${name}_count` },
    ];
  }
}
