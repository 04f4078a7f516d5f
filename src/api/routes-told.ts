/** The routes of operations, alerts and the audit in the table of routes. */

import { ALERT_LIST } from '../alerts/list.js';
import { AUDIT_LIST } from '../audit/list.js';
import { OPERATION_LIST } from '../operations/operations.js';
import { ABORT } from './operations.js';
import { at, type Route, show } from './route.js';

export const TOLD_ROUTES: readonly Route[] = [
  ...at('/v1/operations', { get: show('List operations, the latest first', 'Operations', OPERATION_LIST) }),
  ...at('/v1/operations/{id}', { get: show('Show an operation and how far it has come', 'Operation') }),
  ...at('/v1/operations/{id}/abort', {
    post: {
      action: 'operation.abort',
      ...show('Stop an operation; what it has done stays done', 'Operation'),
      body: { name: 'Abort', fields: ABORT },
    },
  }),
  ...at('/v1/alerts', {
    get: show(
      'What wants a person, the gravest first, each with what to do: docs/alerts.md has every kind',
      'Alerts',
      ALERT_LIST,
    ),
  }),
  ...at('/v1/audit', {
    get: show(
      'Who changed what through API, command line and dashboard, the latest first',
      'Audit',
      AUDIT_LIST,
    ),
  }),
];
