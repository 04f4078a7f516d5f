/** Who changed what, and when. */

import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Audit() {
  return (
    <Page title="Audit">
      <EmptyState title="Who changed what, and when." command="carillon audit" />
    </Page>
  );
}
