/** One handler: who has it, and how its tasks do. */

import type { PageProps } from '../../pages.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Handler({ params: { name = '' } }: PageProps) {
  return (
    <Page title={name}>
      <EmptyState
        title="One handler: who has it, and how its tasks do."
        command={`carillon tasks list --handler ${name}`}
      />
    </Page>
  );
}
