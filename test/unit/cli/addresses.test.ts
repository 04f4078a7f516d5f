/** What the command line says of an address: host and port when nobody answers there, and never a password. */

import { expect, test } from 'vitest';
import { healthcheckCommand } from '../../../src/cli/commands/healthcheck.js';
import { createOutput } from '../../../src/cli/output.js';
import { connectRemote } from '../../../src/cli/remote.js';
import { freePort } from '../../support/free-port.js';

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

test('where no address is given, the port of the node that has the same environment is asked', async () => {
  const port = await freePort();
  const asked = async (env: Record<string, string>): Promise<string> => {
    const stream = { write: () => true };
    const surroundings = { env, directory: '.', output: createOutput(stream, stream), version: '0' };
    const asking = healthcheckCommand(surroundings).parseAsync([], { from: 'user' });
    return asking.then(
      () => 'healthy',
      (error: Error) => error.message,
    );
  };
  expect(await asked({ CARILLON_PORT: String(port) })).toContain(`No answer from http://127.0.0.1:${port} `);
  expect(await asked({ CARILLON_PORT: String(port), CARILLON_URL: 'http://[::1]:1' })).toContain('[::1]:1 ');
});
