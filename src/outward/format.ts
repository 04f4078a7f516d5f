/** What a message about an alert looks like to who gets it. */

import type { AlertMessage } from '../alerts/outward.js';
import { formatInstant } from '../domain/input/instants.js';
import type { OutgoingMessage } from './gathered.js';
import type { AlertTarget } from './settings.js';

type Told = Pick<OutgoingMessage, 'id' | 'message'>;

/** `told`: one, or several that go together. */
export function bodyOf(format: AlertTarget['format'], told: readonly Told[], cluster: string): Buffer {
  const [first] = told as [Told, ...Told[]];
  const one = format === 'slack' ? slack : standard;
  const many = format === 'slack' ? manyToSlack : manyStandard;
  const body = told.length === 1 ? one(first.message, cluster) : many(told, cluster);
  return Buffer.from(JSON.stringify(body));
}

/** As Standard Webhooks has it: what happened, when, and of what. */
function standard({ type, at, alert }: AlertMessage, cluster: string) {
  return { type, timestamp: formatInstant(at), data: { ...alert, cluster } };
}

/** Each as it would be alone, with the id that it would have. */
function manyStandard(told: readonly Told[], cluster: string) {
  const latest = Math.max(...told.map(({ message }) => message.at));
  const messages = told.map(({ id, message }) => ({ id, ...standard(message, cluster) }));
  return { type: 'alert.many', timestamp: formatInstant(latest), data: { cluster, messages } };
}

const COLOURS = { critical: '#b3261e', warning: '#b26a00', info: '#4a6785' } as const;
const OVER = '#2e7d32';

/** As incoming webhooks of Slack take it, and of Mattermost, Rocket.Chat and Discord (its address with /slack behind). */
function slack(message: AlertMessage, cluster: string) {
  const { text, since } = message.alert;
  const footer = `Carillon ${cluster}, since ${since}`;
  return {
    text: escaped(headOf(message)),
    attachments: [{ color: colourOf(message), text: escaped(text), fallback: text, footer: escaped(footer) }],
  };
}

/** Those of one colour below each other, the gravest first. */
function manyToSlack(told: readonly Told[], cluster: string) {
  const messages = told.map(({ message }) => message);
  const over = messages.filter(isOver).length;
  const parts = [...Object.values(COLOURS), OVER].flatMap((color) => {
    const heads = messages.filter((message) => colourOf(message) === color).map(headOf);
    const text = heads.join('\n');
    return heads.length === 0 ? [] : [{ color, text: escaped(text), fallback: text }];
  });
  const footer = escaped(`Carillon ${cluster}; \`carillon alerts\` says what to do about each`);
  const last = parts.length - 1;
  return {
    text: `${messages.length - over} alerts raised, ${over} over`,
    attachments: parts.map((part, at) => (at === last ? { ...part, footer } : part)),
  };
}

const isOver = ({ type }: AlertMessage): boolean => type === 'alert.cleared';

function headOf(message: AlertMessage): string {
  const { severity, kind, subject } = message.alert;
  return `${isOver(message) ? 'Over' : severity}: ${kind} of ${subject}`;
}

function colourOf(message: AlertMessage): string {
  return isOver(message) ? OVER : COLOURS[message.alert.severity];
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
