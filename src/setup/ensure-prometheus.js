/** Finds Prometheus for the tests of alert rules and dashboard, or installs Debian's with apt when that needs nobody's password. */

import { aptInstallIdle, onPath, rootPrefix } from './apt.js';
import { giveUp } from './run.js';

const WAYS = [
  'Two ways to get them:',
  '  1. apt-get update && apt-get install prometheus   (as root; Debian 12 or newer, Ubuntu)',
  '  2. a release from prometheus.io, so that `prometheus` and `promtool` are on PATH',
].join('\n');

/** The paths of `prometheus` and `promtool`. */
export async function ensurePrometheus() {
  const prefix = find() ? null : rootPrefix();
  if (prefix !== null && onPath('apt-get')) await aptInstallIdle(prefix, 'prometheus');
  return find() ?? giveUp(`the tests of alert rules need prometheus and promtool on PATH. ${WAYS}`, 78);
}

function find() {
  const [prometheus, promtool] = ['prometheus', 'promtool'].map(onPath);
  return prometheus && promtool ? { prometheus, promtool } : null;
}
