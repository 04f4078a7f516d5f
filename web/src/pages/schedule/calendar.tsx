/** A calendar of what was and what is to come: by days where a schedule runs seldom, by hours where it runs often. */

import type { Signal } from '@preact/signals';
import type { ScheduleView } from '../../core/types.js';
import { scaleFor } from './calendar-cells.js';
import { Hours } from './calendar-hours.js';
import { Month } from './calendar-month.js';
import './calendar.css';

interface CalendarProps {
  schedule: ScheduleView;
  /** Up to when instants are listed below, ms. */
  until: Signal<number | null>;
}

export function ScheduleCalendar({ schedule, until }: CalendarProps) {
  const scale = scaleFor(schedule.nextRuns);
  if (scale === 'month') return <Month schedule={schedule} />;
  return <Hours key={scale} schedule={schedule} until={until} isCounted={scale === 'counts'} />;
}
