/** Whether a change of the clocks had a part in an instant of a spec: its local time was left out, or comes twice. */

import type { Spec } from '../schedule/schedule.js';
import { compileSpec } from './compile.js';
import { zoneOf } from './zone.js';

/** `id`: the schedule's, for `H`. */
export function clockChangeAt(spec: Spec, instant: number, id: string): 'gap' | 'fold' | undefined {
  if (spec.kind !== 'cron') return undefined;
  const { offset, before, after, from, to } = zoneOf(spec.timezone).span(instant);
  const secondPass = before > offset && instant < from + before - offset;
  const firstPass = after < offset && instant >= to - (offset - after);
  if (secondPass || firstPass) return 'fold';
  if (spec.gap === 'skip' || before >= offset || instant >= from + offset - before) return undefined;
  // Just after a gap: it belongs there when it would not be without the shift.
  return compileSpec({ ...spec, gap: 'skip' }, id).next(instant - 1) === instant ? undefined : 'gap';
}
