/** What a message about an alert looks like to who gets it. */

import type { AlertMessage } from '../alerts/outward.js';
import { formatInstant } from '../domain/input/instants.js';
import type { AlertTarget } from './settings.js';

export function bodyOf(format: AlertTarget['format'], message: AlertMessage, cluster: string): Buffer {
  const body = format === 'slack' ? slack(message, cluster) : standard(message, cluster);
  return Buffer.from(JSON.stringify(body));
}

/** As Standard Webhooks has it: what happened, when, and of what. */
function standard({ type, at, alert }: AlertMessage, cluster: string) {
  return { type, timestamp: formatInstant(at), data: { ...alert, cluster } };
}

const COLOURS = { critical: '#b3261e', warning: '#b26a00', info: '#4a6785' } as const;
const OVER = '#2e7d32';

/** As incoming webhooks of Slack take it, and of Mattermost, Rocket.Chat and Discord (its address with /slack behind). */
function slack({ type, alert }: AlertMessage, cluster: string) {
  const { severity, kind, subject, text, since } = alert;
  const over = type === 'alert.cleared';
  const head = over ? `Over: ${kind} of ${subject}` : `${severity}: ${kind} of ${subject}`;
  const footer = `Carillon ${cluster}, since ${since}`;
  const color = over ? OVER : COLOURS[severity];
  return {
    text: escaped(head),
    attachments: [{ color, text: escaped(text), fallback: text, footer: escaped(footer) }],
  };
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
