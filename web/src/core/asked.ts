/** What the page asks a person before it does something, and what it tells afterwards. */

import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

export interface Asked {
  /** A question or the thing it is about: Pause nightly-invoices */
  title: string;
  /** The name of the action, which its button has: Pause. */
  action: string;
  /** Nothing is asked: the one button closes it. */
  isOnlyShown?: boolean;
  /** Cannot be taken back. */
  isGrave?: boolean;
  /** What must be typed before the button works. */
  typed?: string;
  /** What is asked, drawn anew whenever a signal in it changes. */
  body?: () => ComponentChildren;
  /** What it says when it throws is shown in the dialog, which stays open. */
  run: () => Promise<unknown>;
}

/** What is asked now; null: nothing. */
export const asked = signal<Asked | null>(null);

export function askFirst(question: Asked): void {
  asked.value = question;
}

export interface Told {
  id: number;
  text: string;
  isBad: boolean;
  /** Where one sees more of it. */
  href?: string;
  link?: string;
}

export const told = signal<readonly Told[]>([]);
const SHOWN = 6_000;
let last = 0;

export function tell(
  text: string,
  { isBad = false, href, link }: Partial<Omit<Told, 'id' | 'text'>> = {},
): void {
  last += 1;
  const one: Told = { id: last, text, isBad, ...(href ? { href, link: link ?? 'Show' } : {}) };
  told.value = [...told.value.slice(-3), one];
  setTimeout(() => dismiss(one.id), isBad ? SHOWN * 2 : SHOWN);
}

export function dismiss(id: number): void {
  told.value = told.value.filter((one) => one.id !== id);
}
