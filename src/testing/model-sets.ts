/** File sets in the model: records by compare-and-set, with their proposals and slices. */

import { isDeepStrictEqual } from 'node:util';
import type { SetAnswer, SetChange, SetRecord, StoredProposal, Term } from '../store/contract/index.js';

interface Kept {
  record: SetRecord;
  proposals: Map<number, StoredProposal>;
  slices: Map<string, Uint8Array>;
}

export class ModelSets {
  readonly #office: () => Term | null;
  readonly #sets = new Map<string, Kept>();
  readonly #answers = new Map<string, string>();
  readonly #brought = new Map<string, Map<string, Uint8Array>>();

  constructor(office: () => Term | null) {
    this.#office = office;
  }

  all(): SetRecord[] {
    const records = [...this.#sets.values()].map(({ record }) => record);
    return structuredClone(records.sort((a, b) => (a.set < b.set ? -1 : 1)));
  }

  one(name: string): SetRecord | null {
    return structuredClone(this.#sets.get(name)?.record ?? null);
  }

  proposals(set: string): StoredProposal[] {
    const kept = [...(this.#sets.get(set)?.proposals.values() ?? [])];
    return structuredClone(kept.sort((a, b) => b.number - a.number));
  }

  change(change: SetChange, term?: Term): SetAnswer {
    const { set, expect, record, nonce, proposal } = change;
    if (term && this.#office()?.token !== term.token) return 'fenced';
    const answered = nonce === undefined ? undefined : this.#answers.get(nonce);
    if (answered !== undefined) return { already: answered };
    const kept = this.#sets.get(set);
    if (isDeepStrictEqual(kept?.record ?? null, record)) return 'ok';
    if ((kept?.record.version ?? null) !== expect) return 'stale';
    const brought = this.#brought.get(nonce ?? '');
    const known = (id: string): boolean => kept?.slices.has(id) || brought?.has(id) || false;
    if (proposal && !proposal.slices.every(known)) return 'missing';
    if (record) this.#keep(kept, { ...change, record }, brought);
    else this.#sets.delete(set);
    if (nonce !== undefined) this.#answers.set(nonce, change.answer ?? '');
    return 'ok';
  }

  #keep(
    before: Kept | undefined,
    { set, record, proposal, forget = [], drop = [] }: SetChange & { record: SetRecord },
    brought: ReadonlyMap<string, Uint8Array> | undefined,
  ): void {
    const kept = before ?? { record, proposals: new Map(), slices: new Map() };
    kept.record = structuredClone(record);
    this.#sets.set(set, kept);
    for (const id of proposal?.slices ?? []) {
      const bytes = brought?.get(id);
      if (bytes && !kept.slices.has(id)) kept.slices.set(id, bytes);
    }
    if (proposal) kept.proposals.set(proposal.number, structuredClone(proposal));
    for (const id of drop) kept.slices.delete(id);
    for (const number of forget) kept.proposals.delete(number);
  }

  bring(nonce: string, slices: ReadonlyMap<string, Uint8Array>): void {
    this.#brought.set(nonce, new Map([...(this.#brought.get(nonce) ?? []), ...slices]));
  }

  slices(set: string, ids: readonly string[]): (Uint8Array | null)[] {
    const kept = this.#sets.get(set)?.slices;
    return ids.map((id) => kept?.get(id) ?? null);
  }
}
