/** One operation: how far it has come, and who began it. */

import type { PageProps } from '../../pages.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Operation({ params: { id = '' } }: PageProps) {
  return (
    <Page title={id}>
      <EmptyState
        title="One operation: how far it has come, and who began it."
        command={`carillon operations show ${id}`}
      />
    </Page>
  );
}
