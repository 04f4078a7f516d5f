/** Copies a text, over plain HTTP too, where browsers give pages no clipboard. */

import { useSignal } from '@preact/signals';
import { Icon } from './icon.js';

export function CopyButton({
  text,
  label = 'Copy',
  words,
}: {
  text: string | (() => string);
  label?: string;
  words?: string;
}) {
  const done = useSignal(false);
  const onClick = async (event: Event): Promise<void> => {
    const button = event.currentTarget as HTMLElement;
    await copy(typeof text === 'function' ? text() : text, button);
    done.value = true;
    setTimeout(() => {
      done.value = false;
    }, 1_500);
  };
  return (
    <button
      type="button"
      class={words ? 'button small' : 'icon-button'}
      onClick={onClick}
      aria-label={words ? undefined : label}
      title={label}
    >
      <Icon name={done.value ? 'tick' : 'copy'} />
      {words && <span>{done.value ? 'Copied' : words}</span>}
    </button>
  );
}

async function copy(text: string, beside: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'unseen';
    // Within an open dialog nothing outside of it can be selected.
    (beside.parentElement ?? document.body).append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    beside.focus();
  }
}
