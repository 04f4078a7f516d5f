/** What is wrong, in words: the gravest first, each with where to look. */

import type { ComponentChildren } from 'preact';
import { type AlertShown, useAlerts } from '../../core/alerts.js';
import { queuePlace, schedulePlace } from '../../core/places.js';
import type { AlertView } from '../../core/types.js';
import { Section } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';

const MOST = 8;

export function Alerts() {
  const alerts = useAlerts();
  if (!alerts || alerts.length === 0) return null;
  return (
    <Section title={titleOf(alerts.filter(({ isCleared }) => !isCleared).length)}>
      <AlertList alerts={alerts} />
    </Section>
  );
}

function titleOf(standing: number): string {
  if (standing === 0) return 'Nothing wants a person any more';
  return standing === 1 ? 'One thing wants a person' : `${standing} things want a person`;
}

/** Each in a sentence that says what to do, the first of them. */
export function AlertList({ alerts }: { alerts: readonly AlertShown[] }) {
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
