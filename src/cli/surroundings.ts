/** The world a command runs in: its environment, its directory, and where it may print. */

import type { Output } from './output.js';

export interface Surroundings {
  env: Record<string, string | undefined>;
  directory: string;
  output: Output;
  version: string;
}
