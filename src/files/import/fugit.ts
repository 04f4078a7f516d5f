/** What fugit reads for Sidekiq and Solid Queue: crons with a zone behind them, and phrases. */

import { looksLikeZone } from '../../domain/spec/timezones.js';
import { convertCron, cronFor, FUGIT } from './cron.js';
import { type DraftFields, type Gathered, Refusal, zoneFrom } from './draft.js';
import { phraseToCrons } from './phrases.js';

const NO_ZONE =
  'without a zone the time is that of Rails or of the system: ask which, and set timezone in defaults (UTC otherwise)';

/** `cron`, with `timezone` where the text names one. Throws a Refusal. */
export function whenOf(gathered: Gathered, id: string, text: string): DraftFields {
  const { timezone, rest } = withoutZone(text.trim());
  const words = rest.split(/\s+/);
  const isCron = rest.startsWith('@') || (words.length >= 5 && /^[\d*?/,-]+$/.test(words[0] ?? ''));
  const crons = isCron
    ? [fromCron(gathered, id, rest)]
    : phraseToCrons(rest).map((cron) => convertCron(cron, FUGIT).cron);
  if (timezone === undefined) gathered.remark('note', NO_ZONE);
  const [only] = crons;
  return { cron: crons.length === 1 ? only : crons, timezone };
}

/** A name of a zone as the last word, `on` or `in` before it in phrases. */
function withoutZone(text: string): { timezone?: string; rest: string } {
  const [, rest = '', zone = ''] =
    /^(.*?\S)(?:\s+(?:on|in))?\s+([A-Za-z][\w+-]*(?:\/[\w+-]+)*)$/.exec(text) ?? [];
  if (!zone.includes('/') && !/^(?:utc|gmt|zulu|[a-z]{3,4})$/i.test(zone)) return { rest: text };
  if (!zone.includes('/') && (zone.length < 3 || !looksLikeZone(zone))) return { rest: text };
  return { timezone: zoneFrom(/^(?:utc|zulu)$/i.test(zone) ? 'UTC' : zone), rest };
}

function fromCron(gathered: Gathered, id: string, text: string): string {
  if (text.includes('&')) throw new Refusal('& joins the day fields with AND, which has no counterpart');
  if (text.includes('%')) throw new Refusal('weeks and months that are counted (%) have no counterpart');
  const prepared = text
    .split(/\s+/)
    .map((field, index, all) => (index === all.length - 3 && all.length >= 5 ? dateField(field) : field))
    .join(' ');
  const { cron } = cronFor(gathered, id, prepared, FUGIT);
  if (/#-1\b/.test(text)) gathered.remark('note', '#-1 is #L', id);
  return cron;
}

/** `-1` and `last` are the last day of a month. */
function dateField(field: string): string {
  return field
    .split(',')
    .map((item) => (item === '-1' || item.toLowerCase() === 'last' ? 'L' : item))
    .join(',');
}
