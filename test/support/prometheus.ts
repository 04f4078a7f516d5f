/** A Prometheus that scrapes every other second, with our alert rules cut to the length of a test. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Processes } from './processes.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where its programs are; test/support/prometheus-path.js finds them. */
    prometheus: { prometheus: string; promtool: string };
  }
}

const rulesFile = new URL('../../docker/prometheus/alerts.yaml', import.meta.url);
export const RULES = fileURLToPath(rulesFile);
export const CONFIG = fileURLToPath(new URL('../../docker/prometheus/prometheus.yaml', import.meta.url));

export interface Prometheus {
  /** Scrapes these from now on, in a few seconds. */
  scrape(job: string, ...hosts: string[]): void;
  /** Names of the alerts that fire now. */
  firing(): Promise<string[]>;
  /** How many series an expression has. */
  count(expression: string): Promise<number>;
  /** Rules that could not be evaluated, with why. */
  broken(): Promise<string[]>;
}

export const ruleNames = (): string[] =>
  [...readFileSync(rulesFile, 'utf8').matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);

/** What whatever looks back for minutes looks back for. */
export const BACK = '10s';

/** What waits before it fires does so for a moment, and whatever looks back does so for seconds; expressions are as they were. */
export function shortened(thresholds: Readonly<Record<string, string>>): string {
  const text = readFileSync(rulesFile, 'utf8')
    .replace(/^( +for): .*$/gm, '$1: 2s')
    .replace(/\[\d+m\]/g, `[${BACK}]`)
    .replace(/offset \d+m/g, `offset ${BACK}`);
  return Object.entries(thresholds).reduce((rules, [rule, threshold]) => {
    const changed = rules.replace(new RegExp(`(alert: ${rule}\\n +expr: .* > )\\d+`), `$1${threshold}`);
    if (changed === rules) throw new Error(`there is no threshold in ${rule}`);
    return changed;
  }, text);
}

export async function startPrometheus(
  processes: Processes,
  program: string,
  folder: string,
  rules: string,
): Promise<Prometheus> {
  const every = 'scrape_interval: 2s\n  scrape_timeout: 2s\n  evaluation_interval: 1s';
  const found = 'scrape_configs: [{ job_name: carillon, file_sd_configs: [{ files: [targets.json] }] }]';
  const targets: { targets: string[]; labels: { job: string } }[] = [];
  const look = (): void => writeFileSync(`${folder}/targets.json`, JSON.stringify(targets));
  look();
  writeFileSync(`${folder}/alerts.yaml`, rules);
  writeFileSync(`${folder}/prometheus.yaml`, `global:\n  ${every}\nrule_files: [alerts.yaml]\n${found}\n`);
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
    scrape(job, ...hosts) {
      targets.push({ targets: hosts, labels: { job } });
      look();
    },
    async firing() {
      const { alerts } = await ask<{ alerts: { labels: { alertname: string }; state: string }[] }>('alerts');
      return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
    },
    async broken() {
      const { groups } = await ask<{ groups: { rules: { name: string; lastError?: string }[] }[] }>('rules');
      return groups.flatMap(({ rules }) =>
        rules.flatMap(({ name, lastError }) => (lastError ? [`${name}: ${lastError}`] : [])),
      );
    },
    async count(expression) {
      const { result } = await ask<{ result: unknown[] }>(`query?query=${encodeURIComponent(expression)}`);
      return result.length;
    },
  };
}
