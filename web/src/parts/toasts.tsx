/** What was done, told in a corner for a few seconds. */

import { dismiss, told } from '../core/asked.js';
import { Icon } from './icon.js';

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {told.value.map(({ id, text, isBad, href, link }) => (
        <div key={id} class={`toast ${isBad ? 'bad' : ''}`}>
          <Icon name={isBad ? 'close' : 'tick'} />
          <span>{text}</span>
          {href && <a href={href}>{link}</a>}
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
