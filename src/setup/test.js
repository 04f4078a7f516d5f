/** npm test: installs what is missing, then the suite; arguments go to vitest (npm test -- --project unit). */

import { ensureNode } from './ensure-node.js';
import { ensurePackages } from './ensure-packages.js';
import { ensureRedis } from './ensure-redis.js';
import { inRoot, ROOT } from './paths.js';

ensureNode();
process.chdir(ROOT);
await ensurePackages();
await ensureRedis();
const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
const asked = process.argv.slice(2);
// They need a Chromium and a Prometheus, which not everybody has: they run when they are asked for, never by default.
const chosen = asked.some((arg) => /^--project\b|^(\.\/)?test\/(browser|prometheus)\b/.test(arg));
// By name: of several that are left out vitest would run each, for the sake of the others.
const usual = ['unit', 'conformance', 'integration', 'integration-alone', 'fault'].map(
  (name) => `--project=${name}`,
);
process.argv = [process.argv[0], vitest, 'run', ...(chosen ? [] : usual), ...asked];
await import(vitest);
