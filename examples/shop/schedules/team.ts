/** Schedules in TypeScript, where payloads are typed: the compiler refuses one that does not fit its task. */

import { defineSchedules } from 'carillon';
import { sendMail } from '../src/tasks.ts';

export default defineSchedules({
  version: 1,
  source: 'shop',
  defaults: { timezone: 'Europe/Berlin', owner: 'shop@example.com' },
  schedules: {
    'monday-mail': {
      description: 'Reminds the team of the stock-taking',
      handler: sendMail,
      payload: { to: 'team@example.com', subject: 'Stock-taking', text: 'At ten, in the warehouse.' },
      cron: '0 8 * * MON',
    },
  },
});
