/** The conformance suite: every behaviour of the Store contract, for one implementation. */

import { describe } from 'vitest';
import { describeAgain } from './again.js';
import { describeAlerts } from './alerts.js';
import { describeAudit } from './audit.js';
import { describeAwaited } from './awaited.js';
import { describeBacklogs } from './backlogs.js';
import { describeCancel } from './cancel.js';
import { describeClaim } from './claim.js';
import { describeDepth } from './depth.js';
import { describeEdit } from './edit.js';
import { describeEndings } from './endings.js';
import { describeEvents } from './events.js';
import { describeEventsOfMoves } from './events-moves.js';
import { describeEventsOfSchedules } from './events-schedules.js';
import { describeExpiry } from './expiry.js';
import { describeFlows } from './flows.js';
import { describeGlances } from './glances.js';
import { describeKeys } from './keys.js';
import { describeLate } from './late.js';
import { describeLeader } from './leader.js';
import { describeLeases } from './leases.js';
import { describeLimits } from './limits.js';
import { describeLists } from './lists.js';
import { describeOperations } from './operations.js';
import { describeOrders } from './orders.js';
import { describeOverlap } from './overlap.js';
import { describeOverlapMoves } from './overlap-moves.js';
import { describeOverlapRests } from './overlap-rest.js';
import { describeOverviews } from './overviews.js';
import { describePace } from './pace.js';
import { describePlan } from './plan.js';
import { describePrune } from './prune.js';
import { describeQueues } from './queues.js';
import { describeRates } from './rates.js';
import { describeReads } from './reads.js';
import { describeRegistry } from './registry.js';
import { describeReigns } from './reigns.js';
import { describeRenames } from './renames.js';
import { describeReports } from './reports.js';
import { describeRoad } from './road.js';
import { describeRollups } from './rollups.js';
import { describeRuns } from './runs.js';
import { describeSets } from './sets.js';
import type { MakeStore } from './stage.js';
import { describeStrict } from './strict.js';
import { describeTallies } from './tallies.js';
import { describeTold } from './told.js';
import { describeUnique } from './unique.js';
import { describeUniqueModes } from './unique-modes.js';
import { describeWaiting } from './waiting.js';

const ROOMS: readonly ((makeStore: MakeStore) => void)[] = [
  describeRoad,
  describeClaim,
  describeEndings,
  describeLeases,
  describeReports,
  describeCancel,
  describeAwaited,
  describeAgain,
  describeEvents,
  describeEventsOfMoves,
  describeEventsOfSchedules,
  describeLeader,
  describeReigns,
  describeEdit,
  describePlan,
  describeRuns,
  describeLate,
  describeBacklogs,
  describeOverlap,
  describeOverlapMoves,
  describeRenames,
  describeOverlapRests,
  describePrune,
  describeReads,
  describeLists,
  describeGlances,
  describeTallies,
  describeOverviews,
  describeRegistry,
  describeOrders,
  describeAudit,
  describeTold,
  describeQueues,
  describePace,
  describeDepth,
  describeUnique,
  describeKeys,
  describeStrict,
  describeRates,
  describeUniqueModes,
  describeExpiry,
  describeSets,
  describeOperations,
  describeWaiting,
  describeLimits,
  describeAlerts,
  describeFlows,
  describeRollups,
];

export function describeStore(name: string, makeStore: MakeStore): void {
  describe(`${name} keeps the Store contract`, () => {
    // Each in a block of its own: what one prepares for each of its tests would be prepared for all of them.
    for (const room of ROOMS) describe(wordsOf(room.name), () => room(makeStore));
  });
}

/** `describeUniqueModes`: unique modes. */
function wordsOf(name: string): string {
  return name
    .replace(/^describe/, '')
    .replace(/\B[A-Z]/g, ' $&')
    .toLowerCase();
}
