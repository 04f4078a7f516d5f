/** The scripts and how many KEYS and ARGV each takes before its repeated part; a test holds it against `lua/`. */

interface Signature {
  keys: readonly string[];
  /** Names of further keys, repeated. */
  moreKeys?: string;
  args: readonly string[];
}

export const SIGNATURES = {
  open: { keys: ['layout'], args: ['channel', 'queue'] },
  intern: { keys: ['layout', 'lanes'], args: ['prefix'] },
  enqueue: {
    keys: ['layout', 'tasks', 'due', 'ready'],
    args: ['life', 'prefix', 'lane', 'channel', 'queue', 'stride'],
  },
  promote: { keys: ['layout', 'due', 'workers'], args: ['prefix', 'limit'] },
  claim: {
    keys: ['layout', 'tasks', 'inflight'],
    moreKeys: 'ready',
    args: ['life', 'prefix', 'nonce', 'want', 'lease'],
  },
  settle: {
    keys: [
      'layout',
      'inflight',
      'workers',
      'due',
      'attempts',
      'failures',
      'history',
      'endings',
      'dead',
      'cancelled',
    ],
    args: ['prefix', 'worker', 'onlyExpired', 'channel', 'queue'],
  },
  beat: { keys: ['layout', 'workers', 'inflight'], args: ['worker', 'lease'] },
  leave: { keys: ['layout', 'workers', 'inflight'], args: ['worker'] },
  reap: { keys: ['layout', 'workers', 'tasks', 'failures', 'history'], args: ['prefix', 'limit'] },
  cancel: {
    keys: ['layout', 'tasks', 'due', 'endings', 'cancelled', 'gone', 'workers'],
    args: ['prefix', 'id', 'ending'],
  },
  find: {
    keys: ['tasks', 'endings', 'attempts', 'failures', 'history', 'due', 'workers'],
    args: ['prefix'],
  },
  'allocate-term': { keys: ['term'], moreKeys: 'lock', args: ['node', 'lockValue'] },
  'take-office': { keys: ['layout', 'term'], args: ['number', 'token', 'node'] },
  plan: {
    keys: ['layout', 'term', 'tasks', 'due', 'revisions', 'cursors', 'runs'],
    args: ['life', 'token', 'number', 'prefix', 'channel', 'queue', 'keep'],
  },
  apply: {
    keys: ['layout', 'term', 'tasks', 'due', 'schedules', 'revisions', 'cursors', 'runs'],
    args: [
      'life',
      'token',
      'prefix',
      'channel',
      'queue',
      'id',
      'expectRevision',
      'expectCursor',
      'revision',
      'record',
      'cursor',
      'before',
      'keep',
      'ranges',
    ],
  },
  prune: {
    keys: [
      'layout',
      'term',
      'tasks',
      'endings',
      'history',
      'attempts',
      'failures',
      'finished',
      'dead',
      'cancelled',
    ],
    args: ['token', 'completed'],
  },
  announce: { keys: ['presences'], args: ['id', 'ttl', 'facts'] },
} as const satisfies Record<string, Signature>;

export type ScriptName = keyof typeof SIGNATURES;
