/** What comes next: runs of schedules and tasks that wait for their time. */

import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Upcoming() {
  return (
    <Page title="Upcoming">
      <EmptyState
        title="What comes next: runs of schedules and tasks that wait for their time."
        command="carillon upcoming"
      />
    </Page>
  );
}
