/** The one floating hint of the page: shown beside what is pointed at. */

import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

export interface Tip {
  /** Of the window: the point above which it floats. */
  x: number;
  y: number;
  content: ComponentChildren;
}

export const tip = signal<Tip | null>(null);
