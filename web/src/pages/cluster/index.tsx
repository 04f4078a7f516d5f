/** Scheduler nodes, who leads and who led. */

import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Cluster() {
  return (
    <Page title="Cluster">
      <EmptyState title="Scheduler nodes, who leads and who led." command="carillon cluster show" />
    </Page>
  );
}
