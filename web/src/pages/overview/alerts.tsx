/** What is wrong, in words: the gravest first, each with where to look. */

import type { ComponentChildren } from 'preact';
import { type AlertShown, useAlerts } from '../../core/alerts.js';
import { queuePlace, schedulePlace } from '../../core/places.js';
import type { AlertView } from '../../core/types.js';
import { Section } from '../../parts/page.js';
import { Room } from '../../parts/room.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';

const MOST = 8;

export function Alerts() {
  const alerts = useAlerts();
  return (
    <Section title={titleOf(alerts)}>
      <AlertRoom alerts={alerts} rows={2} empty="What is expected happens in time, and nothing piles up." />
    </Section>
  );
}

function titleOf(alerts: readonly AlertShown[] | undefined): string {
  if (alerts === undefined) return 'What wants a person';
  const standing = alerts.filter(({ isCleared }) => !isCleared).length;
  if (standing === 0) return `Nothing wants a person${alerts.length > 0 ? ' any more' : ''}`;
  return standing === 1 ? 'One thing wants a person' : `${standing} things want a person`;
}

/** px of an alert whose text has one line, and of what is said without any. */
const ROW = 44;

/** Alerts come and go by themselves: what stands below them stays where it is. `undefined`: they are not known yet. */
export function AlertRoom({
  alerts,
  rows,
  empty,
}: {
  alerts: readonly AlertShown[] | undefined;
  rows: number;
  empty: string;
}) {
  return (
    <Room atLeast={rows * ROW}>
      {alerts?.length === 0 && <p class="quiet pad">{empty}</p>}
      {alerts && alerts.length > 0 && <AlertList alerts={alerts} />}
    </Room>
  );
}

/** Each in a sentence that says what to do, the first of them. */
function AlertList({ alerts }: { alerts: readonly AlertShown[] }) {
  return (
    <ul class="alerts">
      {alerts.slice(0, MOST).map((alert) => (
        <li key={alert.id} class={alert.isCleared ? 'cleared' : undefined}>
          <StateMark state={alert.isCleared ? 'ok' : alert.severity} word={false} />
          <a href={placeOf(alert)}>{withCommands(sentence(alert.text))}</a>
          <span class="quiet">{alert.isCleared ? 'cleared' : <Time at={alert.since} />}</span>
        </li>
      ))}
    </ul>
  );
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What stands between backticks is typed at a command line; a time is told by the clock that is chosen. */
const withCommands = (text: string): ComponentChildren =>
  text
    .split('`')
    .map((part, i) =>
      i % 2 === 1 ? (
        <code key={i}>{part}</code>
      ) : (
        part.split(TIME).map((one, j) => (j % 2 === 1 ? <Time key={j} at={one} as="clock" /> : one))
      ),
    );

const TIME = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** Where one sees more of it. */
function placeOf({ kind, subject }: AlertView): string {
  const [queue = subject, handler] = subject.split('/');
  switch (kind) {
    case 'expectation':
    case 'skipBehindIdle':
    case 'schedulePaused':
      return schedulePlace(subject);
    case 'noWorker':
      return `tasks?queue=${queue}&handler=${encodeURIComponent(subject.slice(queue.length + 1))}&state=ready`;
    case 'queuePaused':
    case 'limitFull':
    case 'rateClosed':
    case 'backlog':
      return queuePlace(queue);
    case 'deadBurst':
      return `dead${handler ? `?handler=${encodeURIComponent(handler)}` : ''}`;
    default:
      return 'cluster';
  }
}
