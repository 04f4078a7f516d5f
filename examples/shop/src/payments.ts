/** A payment provider as they are: at times busy, sometimes refusing, and charging once for each key. */

export class Busy extends Error {
  readonly retryAfter: '1s' | '30s';

  constructor(retryAfter: '1s' | '30s') {
    super('the provider is busy');
    this.retryAfter = retryAfter;
  }
}

export class Declined extends Error {}

export interface Payments {
  /** `key`: the same for every try, so that a try whose answer was lost charges nobody twice. */
  charge(key: string, card: string, cents: number): Promise<string>;
}

export function pretendedPayments(): Payments {
  const charged = new Map<string, string>();
  return {
    async charge(key, card, cents) {
      if (card === 'declined') throw new Declined('the card was declined');
      const receipt = charged.get(key) ?? `${key}/${cents}`;
      if (card === 'busy' && !charged.has(key)) {
        charged.set(key, receipt);
        throw new Busy('1s');
      }
      charged.set(key, receipt);
      return receipt;
    },
  };
}
