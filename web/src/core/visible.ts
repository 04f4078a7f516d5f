/** Whether somebody looks, and whether the page follows what happens: a hidden tab asks for nothing. */

import { computed, signal } from '@preact/signals';

export const visible = signal(!document.hidden);
document.addEventListener('visibilitychange', () => {
  visible.value = !document.hidden;
});

/** The switch called Live. */
export const live = signal(true);

/** What asks again by itself does so only while this is true. */
export const watching = computed(() => live.value && visible.value);
