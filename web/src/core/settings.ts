/** What a person chose for this browser: colours, and whose clock times are told by. */

import { effect, type Signal, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** `schedule`: what belongs to a schedule is told in its zone, all else in this machine's. */
export const CLOCKS = ['local', 'utc', 'schedule'] as const;
export type Clock = (typeof CLOCKS)[number];

export const theme = kept<Theme>('theme', THEMES, 'system');
export const clock = kept<Clock>('clock', CLOCKS, 'local');

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

/** Remembered where the browser allows it. */
function kept<Choice extends string>(
  name: string,
  choices: readonly Choice[],
  usual: Choice,
): Signal<Choice> {
  const key = `carillon.${name}`;
  const found = choices.find((choice) => choice === read(key)) ?? usual;
  const value = signal<Choice>(found);
  effect(() => write(key, value.value));
  return value;
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}
