/** npm run build: dist/ from src/, when it is not up to date. */

import { ensureBuilt } from './ensure-built.js';
import { ensureNode } from './ensure-node.js';
import { ensurePackages } from './ensure-packages.js';
import { giveUp } from './run.js';

ensureNode();
await ensurePackages();
await ensureBuilt().catch((error) => giveUp(error.message));
