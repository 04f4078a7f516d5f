/** A Prometheus that scrapes every other second, with our alert rules cut to the length of a test. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Processes } from './processes.js';

const rulesFile = new URL('../../docker/prometheus/alerts.yaml', import.meta.url);
export const RULES = fileURLToPath(rulesFile);
export const CONFIG = fileURLToPath(new URL('../../docker/prometheus/prometheus.yaml', import.meta.url));

export interface Prometheus {
  /** Names of the alerts that fire now. */
  firing(): Promise<string[]>;
  /** How many series an expression has. */
  count(expression: string): Promise<number>;
}

export interface Programs {
  prometheus: string;
  promtool: string;
}

/** The paths of both; null where they cannot be had. */
export async function programs(): Promise<Programs | null> {
  const path = new URL('../../src/setup/ensure-prometheus.js', import.meta.url).href;
  const { ensurePrometheus } = (await import(path)) as { ensurePrometheus(): Promise<Programs | null> };
  return ensurePrometheus();
}

export const ruleNames = (): string[] =>
  [...readFileSync(rulesFile, 'utf8').matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);

/** What waits before it fires does so for seconds, and whatever looked back for minutes looks back for half of one. */
export function shortened(thresholds: Readonly<Record<string, string>>): string {
  const text = readFileSync(rulesFile, 'utf8')
    .replace(/^( +for): .*$/gm, '$1: 4s')
    .replace(/\[\d+m\]/g, '[30s]')
    .replace(/offset \d+m/g, 'offset 30s');
  return Object.entries(thresholds).reduce((rules, [rule, threshold]) => {
    const changed = rules.replace(new RegExp(`(alert: ${rule}\\n +expr: .* > )\\d+`), `$1${threshold}`);
    if (changed === rules) throw new Error(`there is no threshold in ${rule}`);
    return changed;
  }, text);
}

/** `targets` by job. */
export async function startPrometheus(
  processes: Processes,
  program: string,
  folder: string,
  rules: string,
  targets: Readonly<Record<string, readonly string[]>>,
): Promise<Prometheus> {
  const jobs = Object.entries(targets).map(
    ([job, hosts]) =>
      `  - job_name: ${job}\n    static_configs: [{ targets: [${hosts.map((host) => `"${host}"`).join(', ')}] }]\n`,
  );
  const every = 'scrape_interval: 2s\n  scrape_timeout: 2s\n  evaluation_interval: 1s';
  writeFileSync(`${folder}/alerts.yaml`, rules);
  writeFileSync(
    `${folder}/prometheus.yaml`,
    `global:\n  ${every}\nrule_files: [alerts.yaml]\nscrape_configs:\n${jobs.join('')}`,
  );
  const started = processes.start(program, [
    `--config.file=${folder}/prometheus.yaml`,
    `--storage.tsdb.path=${folder}/data`,
    '--web.listen-address=127.0.0.1:0',
    '--log.format=json',
  ]);
  const [, address = ''] = await started.line(/"address":"(127\.0\.0\.1:[1-9]\d*)"/);
  await started.line(/Server is ready to receive web requests/);
  const ask = async <T>(path: string): Promise<T> => {
    const response = await fetch(`http://${address}/api/v1/${path}`);
    const body = (await response.json()) as { status: string; data: T; error?: string };
    if (body.status !== 'success') throw new Error(`${path}: ${body.error}`);
    return body.data;
  };
  return {
    async firing() {
      const { alerts } = await ask<{ alerts: { labels: { alertname: string }; state: string }[] }>('alerts');
      return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
    },
    async count(expression) {
      const { result } = await ask<{ result: unknown[] }>(`query?query=${encodeURIComponent(expression)}`);
      return result.length;
    },
  };
}
