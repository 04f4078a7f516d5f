/** The bounds of a queue: how much of each is used, and whatever else is set for it. */

import type { QueueView, Use } from '../../core/types.js';
import { valueText } from '../../core/values.js';
import { Section } from '../../parts/page.js';
import { UseBar } from '../../parts/use-bar.js';
import { useQueueAlerts } from '../queues/alerts-of.js';

const NAMES: Readonly<Record<string, string>> = {
  concurrency: 'Running at once',
  keyConcurrency: 'Running at once, of one key',
  maxDepth: 'Unfinished at most',
  rate: 'Rate',
  keyOrder: 'Order within a key',
  retention: 'Kept',
  resultLimit: 'Result at most',
};

export function Limits({ queue: { queue, setByFile = {}, ...view } }: { queue: QueueView }) {
  const limits: Readonly<Record<string, Use | undefined>> = { ...view.limits };
  const settings: Readonly<Record<string, unknown>> = { ...view.settings };
  const closed = useQueueAlerts()(queue).find(({ kind, isCleared }) => kind === 'rateClosed' && !isCleared);
  const names = [...new Set([...Object.keys(limits), ...Object.keys(settings)])];
  return (
    <Section title="Limits">
      {names.length === 0 && (
        <p class="quiet pad">
          None: it hands out as much as its workers take.{' '}
          <code>carillon queues set {queue} --concurrency 10</code>
        </p>
      )}
      <dl class="limits">
        {names.map((name) => (
          <div key={name}>
            <dt>{NAMES[name] ?? name}</dt>
            <dd>
              {limits[name] ? <UseBar {...limits[name]} /> : settingText(name, settings[name])}
              {name === 'rate' && closed && (
                <span class="chip warns" title={closed.text}>
                  closed just now
                </span>
              )}
              {setByFile[name] && <span class="quiet"> set in {setByFile[name]}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

interface Rate {
  limit: number;
  per: string;
  key?: boolean;
}

/** 240 per 1m, and 10 per 1s for each key. */
function settingText(name: string, value: unknown): string {
  if (name !== 'rate') return valueText(value);
  return ([value].flat() as Rate[])
    .map(({ limit, per, key }) => `${limit} per ${per}${key ? ' for each key' : ''}`)
    .join(', and ');
}
