/** `carillon cluster` against an API over the model store. */

import { expect, test } from 'vitest';
import { clusterCommand } from '../../../src/cli/commands/cluster.js';
import { createOutput } from '../../../src/cli/output.js';
import { apiOnModel } from '../api/support.js';

test('shows the release of each node beside its version', async () => {
  const { api, store } = apiOnModel();
  const { url } = await api.listen();
  try {
    const facts = { host: 'h', pid: 1, version: '1.2.3', startedAt: store.now, seenAt: store.now };
    await store.announce('node', { id: 'a~1', name: 'a', release: '2026-11-28', ...facts }, 60_000);
    await store.announce('node', { id: 'b~1', name: 'b', ...facts }, 60_000);
    let out = '';
    const stream = { write: (text: string) => (out += text) };
    const output = createOutput(stream, stream);
    const surroundings = { env: { CARILLON_URL: url }, directory: '.', output, version: '0' };
    await clusterCommand(surroundings).parseAsync(['show'], { from: 'user' });
    const columns = out.split('\n').map((line) => line.split(/ {2,}/));
    const [head = [], ...nodes] = columns.slice(columns.findIndex(([name]) => name === 'NODE'));
    const at = head.indexOf('RELEASE');
    expect(at).toBe(head.indexOf('VERSION') + 1);
    expect(nodes.find(([name]) => name === 'a')?.[at]).toBe('2026-11-28');
    expect(nodes.find(([name]) => name === 'b')?.[at]).not.toBe('2026-11-28');
  } finally {
    await api.close();
  }
});
