/** A button that changes something: it has the action's name, and rests where the node is read-only. */

import { session } from '../core/session.js';
import { Icon, type IconName } from './icon.js';

export function ActionButton({
  name,
  icon,
  onClick,
  isPrimary,
  isGrave,
  isDisabled,
  title,
}: {
  name: string;
  icon?: IconName;
  onClick: () => void;
  isPrimary?: boolean;
  isGrave?: boolean;
  isDisabled?: boolean;
  title?: string;
}) {
  const { readOnly } = session.value;
  return (
    <button
      type="button"
      class={`button ${isPrimary ? 'primary' : ''} ${isGrave ? 'warns' : ''}`}
      disabled={readOnly || isDisabled}
      title={readOnly ? 'This node is read-only' : title}
      onClick={onClick}
    >
      {icon && <Icon name={icon} />}
      {name}
    </button>
  );
}
