/** How large all rollups of a namespace may be, about. */

import { MIB } from '../input/sizes.js';

export const USUAL_BUDGET = 64 * MIB;
export const LEAST_BUDGET = MIB;
