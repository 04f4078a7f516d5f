/** Deeds on many tasks at once, and how far they have come. */

import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Operations() {
  return (
    <Page title="Operations">
      <EmptyState
        title="Deeds on many tasks at once, and how far they have come."
        command="carillon operations list"
      />
    </Page>
  );
}
