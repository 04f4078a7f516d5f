/** Raised alerts in the model. */

import type { RaisedAlert } from '../store/contract/index.js';

export class ModelAlerts {
  readonly #raised = new Map<string, RaisedAlert & { by: string }>();

  raise = async (alerts: readonly RaisedAlert[], by: string): Promise<string[]> =>
    alerts.flatMap((alert) => {
      const standing = this.#raised.get(alert.id);
      if (!standing) this.#raised.set(alert.id, { ...alert, by });
      const mine = !standing || (standing.by === by && standing.since === alert.since);
      return mine ? [alert.id] : [];
    });

  clear = async (ids: readonly string[]): Promise<string[]> => ids.filter((id) => this.#raised.delete(id));

  raised = async (): Promise<RaisedAlert[]> => {
    const alerts = [...this.#raised.values()].map(({ by: _, ...alert }) => ({ ...alert }));
    return alerts.sort((a, b) => (a.id < b.id ? -1 : 1));
  };
}
