/** One queue: its depth, its limits and what can be done with it. */

import type { PageProps } from '../../pages.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';

export default function Queue({ params: { queue = '' } }: PageProps) {
  return (
    <Page title={queue}>
      <EmptyState
        title="One queue: its depth, its limits and what can be done with it."
        command={`carillon queues show ${queue}`}
      />
    </Page>
  );
}
