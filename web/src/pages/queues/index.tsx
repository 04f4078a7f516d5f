/** Every queue, how deep it is and how fast it drains. */

import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Queues() {
  return (
    <Page title="Queues">
      <EmptyState
        title="Every queue, how deep it is and how fast it drains."
        command="carillon queues list"
      />
    </Page>
  );
}
