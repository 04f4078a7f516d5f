/** A schedule that is copied as YAML from the dashboard is the same schedule in a file, and in the editor. */

import { expect, it } from 'vitest';
import { loadTexts } from '../../../src/files/load.js';
import { asYaml, definitionLines, isEditable } from '../../../web/src/pages/schedule/as-yaml.js';
import { bodyOf, tidied } from '../../../web/src/pages/schedule-edit/body.js';
import { apiOnModel } from '../api/support.js';

const DEFINITIONS = {
  plain: { handler: 'h', cron: '*/5 * * * *' },
  rich: {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a text that looks like a variable
    description: 'with "quotes", ${braces} and\nlines: # no comment',
    handler: 'invoices.close',
    payload: { region: 'eu', list: [1, 'two', { three: null }], 'odd key': true },
    cron: ['30 2 * * *', '0 12 1 * MON'],
    timezone: 'Europe/Berlin',
    dst: { gap: 'skip', fold: 'both' },
    jitter: '30s',
    exclude: ['2026-12-25', { cron: '* * * * SUN' }],
    catchUp: { policy: 'all', window: '6h', max: 10, perMinute: 60 },
    overlap: 'wait',
    timeout: '15m',
    retry: { maxAttempts: 5, backoff: 'fixed', delay: '10s' },
    expect: { startWithin: '5m' },
    queue: 'billing',
    priority: 'high',
    labels: { tier: 'gold' },
  },
  every: { handler: 'h', every: '15m', phase: '5m', enabled: 'shadow' },
  once: { handler: 'h', at: '2030-01-01T00:00:00Z' },
};

it.each(Object.entries(DEFINITIONS))('%s', async (id, definition) => {
  const on = apiOnModel();
  try {
    const made = await on.put(`/v1/schedules/${id}`, definition);
    expect([made.statusCode, made.json().errors]).toEqual([201, undefined]);
    const view = (await on.get(`/v1/schedules/${id}`)).json();
    const files = [{ path: 's.yaml', text: asYaml(view) }];
    const { schedules } = loadTexts(files, { now: on.store.now, env: {} });
    expect(schedules.map((one) => one.definition.id)).toEqual([id]);
    // The editor begins with the same lines, and what it sends changes nothing.
    const body = JSON.parse(bodyOf(definitionLines(view).join('\n')));
    const shown = await on.put(`/v1/schedules/${id}?dryRun=true`, body);
    expect(shown.json()).toMatchObject({ action: 'none', fields: [] });
  } finally {
    await on.api.close();
  }
});

it('keeps every digit of a payload, and says where something is no YAML', () => {
  expect(bodyOf('payload: { n: 12345678901234567890 }')).toBe('{"payload":{"n":12345678901234567890}}');
  expect(() => bodyOf('a: [1, 2\nb: 3')).toThrow(/no YAML \(line \d+, column \d+\)/);
  expect(() => bodyOf('- a list')).toThrow(/mapping/);
});

it('is written as people write it in the editor, and stays the same definition', () => {
  const lines = ['handler: "mail.send"', 'cron: "15 8 * * MON"', 'retry: {"maxAttempts":3,"delay":"10s"}'];
  expect(tidied(lines.join('\n'))).toBe(
    'handler: mail.send\ncron: 15 8 * * MON\nretry: { maxAttempts: 3, delay: 10s }\n',
  );
  const odd =
    'payload: {"n":12345678901234567890,"s":"yes","t":"12","u":"a: b","v":"","w":"# no comment","x":"*"}';
  expect(bodyOf(tidied(odd))).toBe(bodyOf(odd));
  expect(tidied('a: [1, 2')).toBe('a: [1, 2');
});

it.each([true, false])('is edited only where its payload is shown (hidden: %s)', async (hidePayloads) => {
  const on = apiOnModel({ hidePayloads });
  try {
    await on.put('/v1/schedules/with', { handler: 'h', every: '1h', payload: { region: 'eu' } });
    await on.put('/v1/schedules/without', { handler: 'h', every: '1h' });
    const view = async (id: string) => (await on.get(`/v1/schedules/${id}`)).json();
    expect(isEditable(await view('with'))).toBe(!hidePayloads);
    expect(isEditable(await view('without'))).toBe(true);
  } finally {
    await on.api.close();
  }
});
