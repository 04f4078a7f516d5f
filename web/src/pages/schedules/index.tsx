/** Every schedule: when it runs, how its latest runs ended, what comes next. */

import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Schedules() {
  return (
    <Page title="Schedules">
      <EmptyState
        title="Every schedule: when it runs, how its latest runs ended, what comes next."
        command="carillon schedules list"
      />
    </Page>
  );
}
