/** The conformance suite: every behaviour of the Store contract, for one implementation. */

import { describe } from 'vitest';
import { describeAgain } from './again.js';
import { describeAlerts } from './alerts.js';
import { describeAwaited } from './awaited.js';
import { describeBacklogs } from './backlogs.js';
import { describeCancel } from './cancel.js';
import { describeClaim } from './claim.js';
import { describeEdit } from './edit.js';
import { describeEndings } from './endings.js';
import { describeFlows } from './flows.js';
import { describeLate } from './late.js';
import { describeLeader } from './leader.js';
import { describeLeases } from './leases.js';
import { describeLimits } from './limits.js';
import { describeLists } from './lists.js';
import { describeOperations } from './operations.js';
import { describeOverlap } from './overlap.js';
import { describeOverlapMoves } from './overlap-moves.js';
import { describeOverlapRests } from './overlap-rest.js';
import { describePlan } from './plan.js';
import { describePrune } from './prune.js';
import { describeQueues } from './queues.js';
import { describeReads } from './reads.js';
import { describeRegistry } from './registry.js';
import { describeRoad } from './road.js';
import { describeRuns } from './runs.js';
import { describeSets } from './sets.js';
import type { MakeStore } from './stage.js';
import { describeTold } from './told.js';
import { describeUnique } from './unique.js';
import { describeWaiting } from './waiting.js';

export function describeStore(name: string, makeStore: MakeStore): void {
  describe(`${name} keeps the Store contract`, () => {
    describeRoad(makeStore);
    describeClaim(makeStore);
    describeEndings(makeStore);
    describeLeases(makeStore);
    describeCancel(makeStore);
    describeAwaited(makeStore);
    describeAgain(makeStore);
    describeLeader(makeStore);
    describeEdit(makeStore);
    describePlan(makeStore);
    describeRuns(makeStore);
    describeLate(makeStore);
    describeBacklogs(makeStore);
    describeOverlap(makeStore);
    describeOverlapMoves(makeStore);
    describeOverlapRests(makeStore);
    describePrune(makeStore);
    describeReads(makeStore);
    describeLists(makeStore);
    describeRegistry(makeStore);
    describeTold(makeStore);
    describeQueues(makeStore);
    describeUnique(makeStore);
    describeSets(makeStore);
    describeOperations(makeStore);
    describeWaiting(makeStore);
    describeLimits(makeStore);
    describeAlerts(makeStore);
    describeFlows(makeStore);
  });
}
