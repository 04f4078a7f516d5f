/** What is wrong, in words: the gravest first, each with where to look. */

import type { ComponentChildren } from 'preact';
import { queuePlace, schedulePlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { AlertView, Page } from '../../core/types.js';
import { Section } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';

const MOST = 8;

export function Alerts() {
  const { data } = useQuery<Page<AlertView>>('v1/alerts', {
    every: 5_000,
    wakes: ({ type }) => type.startsWith('alert.'),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Section
      title={
        data.items.length === 1 ? 'One thing wants a person' : `${data.items.length} things want a person`
      }
    >
      <AlertList alerts={data.items} />
    </Section>
  );
}

/** Each in a sentence that says what to do, the first of them. */
export function AlertList({ alerts }: { alerts: readonly AlertView[] }) {
  return (
    <ul class="alerts">
      {alerts.slice(0, MOST).map((alert) => (
        <li key={alert.id}>
          <StateMark state={alert.severity} word={false} />
          <a href={placeOf(alert)}>{withCommands(sentence(alert.text))}</a>
          <span class="quiet">
            <Time at={alert.since} />
          </span>
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
