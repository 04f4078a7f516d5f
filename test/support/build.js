/** Builds dist/ once before the integration tests when it is older than the sources: they run the real product. */

import { ensureBuilt } from '../../src/setup/ensure-built.js';

export default async function setup() {
  await ensureBuilt();
}
