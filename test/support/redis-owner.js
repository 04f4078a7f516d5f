/** A process that starts an embedded Redis in argv[2], says where it is, and stays. For the guard's tests. */

import { startRedisServer } from '../../dist/embedded/redis-server.js';

if (process.argv[3] === 'ignore-interrupt') process.on('SIGINT', () => console.log('interrupted'));
try {
  const server = await startRedisServer({ dir: process.argv[2], persistence: 'aof', listen: 'port' });
  console.log(`ready ${server.url} ${server.pid}`);
} catch (error) {
  console.log(error.code, error.message);
}
