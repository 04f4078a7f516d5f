/**
 * Figures as the text that Prometheus reads (exposition format 0.0.4), written straight from what the process keeps: a
 * registry of prom-client makes an object of each figure first, which takes longer than all else of a scrape.
 */

import { slices } from '../runtime/slices.js';
import type { Exposed } from './exposed.js';
import { HistogramState, type Sample, type Spread } from './figures.js';

export interface ScrapeText {
  contentType: string;
  text: string;
}

export type Scrape = () => Promise<ScrapeText>;

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
/** Between two rests, ms: others wait for the loop meanwhile. */
const SLICE = 4;

export function scrapeOf(metrics: readonly Exposed[]): Scrape {
  return async () => {
    const rest = slices(SLICE);
    const texts: string[] = [];
    for (const metric of metrics) {
      const { name, help, type, labelNames } = metric;
      let text = `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n`;
      for (const figure of await metric.figures()) {
        text += lineOf(name, labelNames, figure);
        await rest();
      }
      texts.push(text);
    }
    return { contentType: CONTENT_TYPE, text: texts.join('\n') };
  };
}

function lineOf(name: string, names: readonly string[], [values, figure]: Sample | Spread): string {
  let labels = '';
  for (let i = 0; i < names.length; i += 1) {
    if (i > 0) labels += ',';
    labels += `${names[i]}="${quoted(values[i] ?? '')}"`;
  }
  const braced = labels === '' ? '' : `{${labels}}`;
  if (!(figure instanceof HistogramState)) return `${name}${braced} ${numeral(figure)}\n`;
  const before = labels === '' ? '' : `${labels},`;
  let text = '';
  let all = 0;
  for (const [bound, count] of figure.upTo()) {
    text += `${name}_bucket{${before}le="${numeral(bound)}"} ${count}\n`;
    all = count;
  }
  return `${text}${name}_sum${braced} ${numeral(figure.sum)}\n${name}_count${braced} ${all}\n`;
}

/** What numbers that are none are called there. */
function numeral(value: number): string {
  if (Number.isFinite(value)) return `${value}`;
  return Number.isNaN(value) ? 'NaN' : value < 0 ? '-Inf' : '+Inf';
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

/** Nearly all are plain words. */
const SPECIAL = /[\\\n"]/;
const quoted = (text: string): string => (SPECIAL.test(text) ? escaped(text).replaceAll('"', '\\"') : text);
