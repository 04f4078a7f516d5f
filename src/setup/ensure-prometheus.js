/** Finds Prometheus for the tests of alert rules and dashboard, or installs Debian's with apt when that needs nobody's password. */

import { aptInstall, onPath, rootPrefix } from './apt.js';

/** The paths of `prometheus` and `promtool`; null where there is no way to have them. */
export async function ensurePrometheus() {
  const prefix = find() ? null : rootPrefix();
  if (prefix !== null && onPath('apt-get')) await aptInstall(prefix, 'prometheus');
  return find();
}

function find() {
  const [prometheus, promtool] = ['prometheus', 'promtool'].map(onPath);
  return prometheus && promtool ? { prometheus, promtool } : null;
}
