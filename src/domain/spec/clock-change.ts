/** Whether a change of the clocks had a part in an instant of a spec: its local time was left out, or comes twice. */

import type { Spec } from '../schedule/schedule.js';
import { compileSpec } from './compile.js';
import { zoneOf } from './zone.js';

/** `wall`: the local time that was asked for and left out, ms as `Date.UTC` counts them. */
export type ClockChange = { kind: 'gap'; wall: number } | { kind: 'fold'; pass: 'first' | 'second' };

/** `id`: the schedule's, for `H`. */
export function clockChangeAt(spec: Spec, instant: number, id: string): ClockChange | undefined {
  if (spec.kind !== 'cron') return undefined;
  const { offset, before, after, from, to } = zoneOf(spec.timezone).span(instant);
  if (before > offset && instant < from + before - offset) return { kind: 'fold', pass: 'second' };
  if (after < offset && instant >= to - (offset - after)) return { kind: 'fold', pass: 'first' };
  if (spec.gap === 'skip' || before >= offset || instant >= from + offset - before) return undefined;
  // Just after a gap: it belongs there when it would not be without the shift.
  if (compileSpec({ ...spec, gap: 'skip' }, id).next(instant - 1) === instant) return undefined;
  return { kind: 'gap', wall: instant + before };
}

/** What a clock would show at an instant if the clocks had not gone forward just before; ms as `Date.UTC` counts them. */
export function unshiftedWall(spec: Spec, instant: number): number | undefined {
  if (spec.kind !== 'cron') return undefined;
  const { offset, before } = zoneOf(spec.timezone).span(instant);
  return before < offset ? instant + before : undefined;
}
