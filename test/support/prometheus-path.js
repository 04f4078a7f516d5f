/** Tells the tests of alert rules where Prometheus is, once, installing it where that needs no password. */

import { ensurePrometheus } from '../../src/setup/ensure-prometheus.js';

export default async function setup(project) {
  project.provide('prometheus', await ensurePrometheus());
}
