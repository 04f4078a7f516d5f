/** The Grafana dashboard and the alert rules ask for figures that there are. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { METRICS, type MetricName, seriesOf } from '../../../src/telemetry/table.js';
import { annotations, panelsShown } from '../../support/dashboard.js';
import { RULES } from '../../support/prometheus.js';

const names = Object.keys(METRICS) as MetricName[];
const known = new Set(names.flatMap(seriesOf));
const namesIn = (text: string): string[] => text.match(/\bcarillon_[a-z_]+/g) ?? [];

it('each expression of the dashboard is about figures that there are, and of those hardly one is left out', () => {
  const used = [...panelsShown(), ...annotations()].flatMap(({ expr }) => namesIn(expr));
  expect(used.filter((name) => !known.has(name))).toEqual([]);
  const left = names.filter((name) => !seriesOf(name).some((series) => used.includes(series)));
  expect(left).toEqual(['attempts_started_total']);
});

it('each expression of the alert rules is, and each rule says what to do', () => {
  const text = readFileSync(RULES, 'utf8');
  const expressions = namesIn(text.replaceAll(/^ +(?:summary|action):.*$/gm, ''));
  expect(expressions.length).toBeGreaterThan(20);
  expect(expressions.filter((name) => !known.has(name))).toEqual([]);
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  expect(count(/^ +action: \S/gm)).toBe(count(/- alert: /g));
  expect(count(/severity: (?:critical|warning|info) /g)).toBe(count(/- alert: /g));
});
