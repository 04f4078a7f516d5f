/** What happens now and what is wrong. */

import { Page } from '../../parts/page.js';
import { Alerts } from './alerts.js';

export default function Overview() {
  return (
    <Page title="Overview">
      <Alerts />
    </Page>
  );
}
