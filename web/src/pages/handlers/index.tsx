/** The functions that workers have, and how they do. */

import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Handlers() {
  return (
    <Page title="Handlers">
      <EmptyState
        title="The functions that workers have, and how they do."
        command="carillon worker handlers.ts"
      />
    </Page>
  );
}
