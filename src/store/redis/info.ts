/** INFO as fields. INFO, not CONFIG: managed services usually forbid CONFIG GET. */

import type { Connection } from './connection.js';

export async function readInfo(connection: Connection): Promise<Record<string, string>> {
  const info = await connection.ask((redis) => redis.info());
  return Object.fromEntries(
    info
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}
