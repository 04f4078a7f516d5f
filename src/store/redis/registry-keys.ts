/** Every key that queues share (lua/include/keys.lua says the same to scripts). */

/** Keys of the registry, the one small partition that knows the others. */
export interface RegistryKeys {
  readonly prefix: string;
  /** set of queues */
  readonly queues: string;
  /** zset → 0: schedule id, number of the latest decision, its queues (the one decided for, then past ones), with blanks */
  readonly placed: string;
  /** hash schedule id → the same of one that was removed, for a while */
  readonly removed: string;
  /** zset schedule id → when it was removed, ms */
  readonly removals: string;
  /** hash node id → presence */
  readonly nodes: string;
  /** hash worker id → presence */
  readonly workers: string;
  /** zset `<node | worker>:<id>` → when its presence is forgotten, ms */
  readonly forgotten: string;
  /** hash offer → queues and handlers of some workers, JSON */
  readonly offers: string;
  /** zset worker id → until when it is there, ms; expires */
  serving(offer: string): string;
  /** string: handlers of alike workers → JSON Schema of the payload, JSON; expires */
  schemas(digest: string): string;
  /** hash worker id → nonce of the latest, a blank, and all that is asked of it, JSON; goes with its presence */
  readonly orders: string;
  /** hash: number, token, node, lockValue, since of the latest term; planned (`<number>:<ms>`), deposed (in a row) */
  readonly term: string;
  /** hash set → version, `:`, and its record, JSON */
  readonly sets: string;
  /** string: how often nodes were told of a change of file sets or operations */
  readonly told: string;
  /** string: what a change of a set was answered, for when it is sent again; expires */
  proposed(nonce: string): string;
  /** hash number → proposal, JSON */
  setProposals(set: string): string;
  /** hash id → definitions, deflated; those that kept proposals name */
  setSlices(set: string): string;
  /** the same, brought for a change that is about to be made; expires */
  setUploads(nonce: string): string;
  /** string, expires: digest of the body of a call with this idempotency key, and what it began */
  answer(key: string): string;
  /** hash alert id → what is wrong, or was, since when, and what of it is told, JSON that begins with its version */
  readonly alerts: string;
  /** hash operation → version, `:`, and its record, JSON */
  readonly operations: string;
  /** list: what became of leaders, a line each (see lua/include/note-reign.lua), the last 400 */
  readonly reigns: string;
  /** hash configuration file → names of the queues that it has settings for, JSON */
  readonly configured: string;
  /** hash: budget and bytes of all rollups; `b<tier><kind>:<span>` → bytes of one hash; `t<tier><kind>` → ms until which they were given up */
  readonly rollups: string;
  /** hash subject → cells of a span of time, `<tier><kind>:<span>`; with `:open` behind it the latest cell (see lua/roll-up.lua); expires */
  rolled(base: string): string;
  /** string: number of the latest call of a process that was rolled up; expires */
  rolledBy(source: string): string;
  /** stream `r` request, `e` entry, JSON: who changed what; and what programs do all day */
  readonly audit: string;
  readonly auditOften: string;
  /** stream of what happens to workers, leaders, operations, alerts, and which queues were opened, while somebody listens; expires */
  readonly events: string;
  /** the leader's lock */
  readonly lock: string;
  /** pub/sub: signals (see Signal). It names the database, because Redis tells channels to all of them. */
  readonly channel: string;
}

/** Pub/sub knows no databases, so the channel's name tells of which one it is. */
export function registryKeys(namespace: string, database = 0): RegistryKeys {
  const prefix = `{${namespace}}:`;
  return {
    prefix,
    queues: `${prefix}queues`,
    placed: `${prefix}placed`,
    removed: `${prefix}removed`,
    removals: `${prefix}removals`,
    nodes: `${prefix}nodes`,
    workers: `${prefix}workers`,
    forgotten: `${prefix}forgotten`,
    offers: `${prefix}offers`,
    schemas: (digest) => `${prefix}schemas:${digest}`,
    serving: (offer) => `${prefix}serving:${offer}`,
    orders: `${prefix}orders`,
    term: `${prefix}term`,
    sets: `${prefix}sets`,
    told: `${prefix}told`,
    proposed: (nonce) => `${prefix}proposed:${nonce}`,
    setProposals: (set) => `${prefix}set-proposals:${set}`,
    setSlices: (set) => `${prefix}set-slices:${set}`,
    setUploads: (nonce) => `${prefix}set-uploads:${nonce}`,
    answer: (key) => `${prefix}answer:${key}`,
    alerts: `${prefix}alerts`,
    operations: `${prefix}operations`,
    reigns: `${prefix}reigns`,
    configured: `${prefix}configured`,
    rollups: `${prefix}rollups`,
    rolled: (base) => `${prefix}rolled:${base}`,
    rolledBy: (source) => `${prefix}rolled-by:${source}`,
    audit: `${prefix}audit`,
    auditOften: `${prefix}audit-often`,
    events: `${prefix}events`,
    lock: `${prefix}lock`,
    channel: database === 0 ? `${prefix}signals` : `${prefix}signals:${database}`,
  };
}

/** Pub/sub: ids of tasks that have ended, to one process that waits for them, in whatever database. */
export function endedChannel({ prefix }: RegistryKeys, listener: string): string {
  return `${prefix}ended:${listener}`;
}
