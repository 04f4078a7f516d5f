/** Tasks that have failed for the last time, grouped by what they died of. */

import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Dead() {
  return (
    <Page title="Dead">
      <EmptyState
        title="Tasks that have failed for the last time, grouped by what they died of."
        command="carillon tasks errors"
      />
    </Page>
  );
}
