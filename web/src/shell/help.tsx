/** What the keyboard does, shown by `?`. */

import { useEffect, useRef } from 'preact/hooks';
import { GO, helpOpen } from '../core/keys.js';
import { Icon } from '../parts/icon.js';

const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'Search'],
  ['j k', 'Next and previous row'],
  ['Enter', 'Open the row'],
  ['x', 'Select the row'],
  ['?', 'This help'],
  ['Esc', 'Close'],
];

export function Help() {
  return helpOpen.value ? <HelpDialog /> : null;
}

function HelpDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const close = (): void => {
    helpOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="help-title" onClose={close}>
      <header>
        <h2 id="help-title">Keyboard</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <div class="dialog-body keys">
        <dl>
          {KEYS.map(([key, what]) => (
            <Key key={key} keys={key} what={what} />
          ))}
        </dl>
        <dl>
          {Object.entries(GO).map(([key, { name }]) => (
            <Key key={key} keys={`g ${key}`} what={name} />
          ))}
        </dl>
      </div>
    </dialog>
  );
}

function Key({ keys, what }: { keys: string; what: string }) {
  return (
    <div>
      <dt>
        {keys.split(' ').map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{what}</dd>
    </div>
  );
}
