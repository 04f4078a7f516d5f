/** npm test: installs what is missing, then the whole suite; arguments go to vitest (npm test -- --project unit). */

import { ensureNode } from './ensure-node.js';
import { ensurePackages } from './ensure-packages.js';
import { ensureRedis } from './ensure-redis.js';
import { inRoot, ROOT } from './paths.js';

ensureNode();
process.chdir(ROOT);
await ensurePackages();
await ensureRedis();
const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
process.argv = [process.argv[0], vitest, 'run', ...process.argv.slice(2)];
await import(vitest);
