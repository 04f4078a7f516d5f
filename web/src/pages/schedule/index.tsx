/** One schedule: when it runs, what became of each instant, and why. */

import type { PageProps } from '../../pages.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Schedule({ params: { id = '' } }: PageProps) {
  return (
    <Page title={id}>
      <EmptyState
        title="One schedule: when it runs, what became of each instant, and why."
        command={`carillon schedules show ${id}`}
      />
    </Page>
  );
}
