/** Backfill of a stretch of the past: asks which, shows how many runs that makes, then does it as an operation. */

import { signal } from '@preact/signals';
import { ask, pathTo } from '../../core/api.js';
import { askFirst, tell } from '../../core/asked.js';
import { timeNow } from '../../core/clock.js';
import { operationPlace } from '../../core/places.js';
import { problemOf } from '../../core/problems.js';
import type { OperationView, ScheduleView } from '../../core/types.js';
import { plural } from '../../core/words.js';
import { SwitchField, TextField } from '../../parts/fields.js';
import { Time } from '../../parts/time.js';

interface Preview {
  count: number;
  sample?: (string | { nominalAt: string })[];
}

const HOUR = 3_600_000;
const SHOWN = 5;

export function askBackfill({ id, timezone }: ScheduleView, onDone: () => Promise<void>): void {
  const minute = Math.floor(timeNow() / 60_000) * 60_000;
  const from = signal(iso(minute - HOUR));
  const to = signal(iso(minute));
  const perMinute = signal('');
  const rerun = signal(false);
  const preview = signal<Preview | string | null>(null);
  const path = pathTo(['schedules', id, 'backfill']);
  const body = (): Record<string, unknown> => ({
    from: from.value,
    to: to.value,
    ...(rerun.value ? { rerun: true } : {}),
    ...(perMinute.value ? { perMinute: Number(perMinute.value) } : {}),
  });
  const look = async (): Promise<void> => {
    try {
      preview.value = await ask<Preview>(`${path}?dryRun=true`, { method: 'POST', body: body() });
    } catch (error) {
      preview.value = problemOf(error).lines.join(' ');
    }
  };
  askFirst({
    title: `Backfill ${id}`,
    action: 'Backfill',
    body: () => (
      <>
        <TextField label="From" value={from} isRequired />
        <TextField label="To" value={to} hint="Not itself part of it" isRequired />
        <TextField label="Runs a minute" value={perMinute} hint="Empty: as fast as the queue takes them" />
        <SwitchField label="Run again what has fired, too" value={rerun} />
        <div>
          <button type="button" class="button small" onClick={() => void look()}>
            Preview
          </button>
        </div>
        <Shown preview={preview.value} zone={timezone} />
      </>
    ),
    run: async () => {
      const operation = await ask<OperationView>(path, { method: 'POST', body: body() });
      tell(`Backfill of ${plural(operation.count, 'run')} begins.`, {
        href: operationPlace(operation.id),
        link: 'Show its progress',
      });
      await onDone();
    },
  });
}

function Shown({ preview, zone }: { preview: Preview | string | null; zone: string | undefined }) {
  if (preview === null) return null;
  if (typeof preview === 'string') return <p role="alert">{preview}</p>;
  const sample = (preview.sample ?? [])
    .slice(0, SHOWN)
    .map((one) => (typeof one === 'string' ? one : one.nominalAt));
  return (
    <div role="status">
      <p>
        <b>{plural(preview.count, 'run')}</b>
        {sample.length > 0 && ', the first of them:'}
      </p>
      <ul>
        {sample.map((at) => (
          <li key={at}>
            <Time at={at} zone={zone} as="both" />
          </li>
        ))}
      </ul>
    </div>
  );
}

const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
