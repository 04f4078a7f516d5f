/** Says that the node or its Redis is gone, for as long as that is so; what was shown before stays. */

import { outage } from '../core/api.js';
import { now } from '../core/clock.js';
import { distance } from '../core/words.js';
import { Icon } from '../parts/icon.js';

export function Outage() {
  const gone = outage.value;
  if (!gone) return null;
  return (
    <div class="outage" role="alert">
      <Icon name="again" />
      <p>
        <b>{gone.what === 'redis' ? 'Redis does not answer.' : 'This node does not answer.'}</b>{' '}
        {gone.what === 'redis'
          ? 'Nothing is lost; what is shown is how it was. This page goes on by itself.'
          : 'What is shown is how it was. This page goes on by itself once the node is back.'}{' '}
        <Since at={gone.since} />
      </p>
    </div>
  );
}

/** Not announced again each second. */
function Since({ at }: { at: number }) {
  void now.value;
  return (
    <span class="quiet" aria-hidden="true">
      for {distance(Date.now() - at)}
    </span>
  );
}
