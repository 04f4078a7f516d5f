/** What the command line says of an address: host and port when nobody answers there, and never a password. */

import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { connectRemote } from '../../../src/cli/remote.js';

/** A port nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const said = async (url: string): Promise<string> => {
  try {
    await connectRemote({ url }).get('/v1/tasks');
  } catch (error) {
    return (error as Error).message;
  }
  return expect.unreachable('somebody answered');
};

test('nobody answers: the address is named, without user and password', async () => {
  const port = await freePort();
  const text = await said(`http://me:s3cret@127.0.0.1:${port}/base/`);
  expect(text).toContain(`No answer from http://127.0.0.1:${port}/base (ECONNREFUSED)`);
  expect(text).not.toContain('s3cret');
});

test.each([
  ['ftp://me:s3cret@h', 'not what was given'],
  ['nonsense', 'not "nonsense"'],
])('%s is no address', async (url, words) => {
  const text = await said(url);
  expect(text).toContain(words);
  expect(text).not.toContain('s3cret');
});
