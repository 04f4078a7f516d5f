/** Written from the headers of lua/*.lua by scripts.test.ts: `vitest run -u` of it writes this file anew. */

/** Names of the arguments of each script, in their order. */
export interface ScriptArgs {
  'allocate-term': ['node', 'lockValue', 'lockKey'];
  announce: ['kind', 'id', 'ttl', 'facts', 'offer', 'serves', 'former', 'obeyed'];
  answer: ['channel', 'queue'];
  ask: [];
  audit: [];
  await: ['listener', 'keep'];
  beat: ['worker', 'lease'];
  cancel: ['id', 'reason'];
  carry: ['schedule', 'success'];
  'change-alerts': [];
  'change-operation': ['token', 'channel', 'id', 'expect', 'record'];
  'change-set': [
    'token',
    'channel',
    'set',
    'expect',
    'record',
    'nonce',
    'answer',
    'number',
    'proposal',
    'keep',
    'words',
  ];
  claim: ['birth', 'worker', 'served', 'nonce', 'want', 'lease'];
  coming: ['from', 'last', 'to', 'limit', 'scan'];
  count: ['known'];
  depart: ['kind', 'id'];
  depose: ['token', 'planned', 'patience'];
  displace: ['id', 'entry', 'keep'];
  'due-counts': ['from', 'step', 'steps', 'near', 'scan'];
  edit: ['birth', 'token', 'channel', 'queue'];
  edited: ['since', 'most'];
  'end-move': ['id', 'marker'];
  ends: ['bytes'];
  'enqueue-plain': ['birth', 'lane', 'channel', 'queue', 'stride'];
  'enqueue-undo': ['big'];
  enqueue: ['birth', 'lane', 'channel', 'queue', 'stride'];
  find: [];
  follow: ['token', 'schedule', 'entry', 'how'];
  glance: [];
  'handlers-of': ['known', 'scan'];
  happened: ['most'];
  intern: [];
  'key-facts': ['after', 'limit'];
  'leave-office': ['token', 'why'];
  leave: ['worker'];
  'let-go-on': ['token', 'schedule', 'how'];
  list: [
    'known',
    'ordered',
    'states',
    'limit',
    'scan',
    'bytes',
    'wanted',
    'schedules',
    'text',
    'named',
    'part',
    'number',
    'last',
  ];
  'mark-planned': ['token', 'number', 'settled'];
  observe: ['keep', 'shared'];
  open: ['channel', 'queue', 'keep'];
  order: ['id', 'expect', 'record'];
  outbox: ['limit'];
  place: [];
  plan: ['birth', 'token', 'channel', 'queue'];
  promote: ['limit', 'channel', 'queue'];
  prunable: [];
  prune: ['completed', 'exact'];
  reap: ['limit'];
  redrive: [];
  regate: ['after'];
  report: ['worker', 'most'];
  reschedule: ['channel', 'queue'];
  'roll-up': ['source', 'number', 'keep', 'budget', 'usual'];
  'run-times': [];
  sample: ['apart', 'most', 'keep'];
  served: [];
  'set-queue': ['pause', 'replace', 'file', 'channel', 'queue'];
  settle: ['worker', 'onlyExpired', 'channel', 'queue'];
  'take-office': ['number', 'token', 'node'];
  'take-tallies': ['taken'];
  tally: ['known', 'states', 'wanted', 'scan', 'bytes'];
  'tell-set': ['set', 'told', 'nonce', 'keep'];
  trigger: ['birth', 'schedule', 'revision', 'id', 'lane', 'record', 'tied', 'alone'];
  'watch-alerts': ['by', 'keep'];
  withdraw: ['birth', 'schedule', 'lane', 'key', 'position', 'word', 'before', 'done'];
}

/** Names of what repeats, where all rows are alike. */
export interface ScriptRows {
  answer: ['child', 'parent', 'dies'];
  ask: ['parent', 'asker'];
  audit: ['request', 'often', 'entry'];
  await: ['id', 'waits'];
  carry: ['entry', 'blocks'];
  'change-alerts': ['id', 'expect', 'row', 'told'];
  'change-set': ['what', 'id'];
  count: ['lane'];
  'end-move': ['entry'];
  ends: ['id'];
  'enqueue-plain': ['id', 'due'];
  enqueue: ['id', 'record', 'due', 'ties', 'waits', 'lane', 'asks'];
  find: ['id'];
  glance: ['of'];
  'handlers-of': ['lane'];
  happened: ['id', 'attempt'];
  intern: ['name', 'hash'];
  outbox: ['message', 'asker'];
  place: ['id', 'target'];
  prune: ['id'];
  redrive: ['id', 'attempt', 'payload'];
  report: ['id', 'token', 'progress', 'from', 'lines'];
  reschedule: ['id', 'attempt', 'due'];
  'roll-up': ['kind', 'name', 'minute', 'counts'];
  'run-times': ['id'];
  'set-queue': ['name', 'value', 'place'];
  settle: ['id', 'token', 'lane', 'to', 'due', 'failure', 'record', 'since'];
  tally: ['schedule', 'until'];
}

export type ScriptName = keyof ScriptArgs;
