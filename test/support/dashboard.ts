/** The Grafana dashboard that comes with Carillon, as far as tests look into it. */

import { readFileSync } from 'node:fs';

interface Dashboard {
  panels: { title: string; targets?: { expr: string }[] }[];
  annotations: { list: { expr: string }[] };
}

const read = (): Dashboard =>
  JSON.parse(
    readFileSync(new URL('../../docker/grafana/dashboards/carillon.json', import.meta.url), 'utf8'),
  ) as Dashboard;

/** Each expression that a panel shows. */
export const panelsShown = (): { title: string; expr: string }[] =>
  read().panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));

export const annotations = (): { expr: string }[] => read().annotations.list;
