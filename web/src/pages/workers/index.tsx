/** Who runs tasks, and what they hold. */

import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Workers() {
  return (
    <Page title="Workers">
      <EmptyState title="Who runs tasks, and what they hold." command="carillon workers list" />
    </Page>
  );
}
