/** npm start: installs what is missing, builds, then becomes `carillon dev` on the example schedules. */

import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './ensure-built.js';
import { ensureNode } from './ensure-node.js';
import { ensurePackages } from './ensure-packages.js';
import { ensureRedis } from './ensure-redis.js';
import { inRoot, ROOT } from './paths.js';
import { giveUp } from './run.js';
import { underNpm } from './under-npm.js';

ensureNode();
process.chdir(ROOT);
await ensurePackages();
await ensureBuilt().catch((error) => giveUp(error.message));
if (!process.env.REDIS_URL && !process.env.CARILLON_REDIS_URL) await ensureRedis();

// In this very process: nobody stands between the terminal and Carillon, or could be killed without it.
const main = inRoot('dist', 'cli', 'main.js');
process.argv = [process.argv[0], main, 'dev', ...process.argv.slice(2)];
underNpm();
await import(pathToFileURL(main).href);
