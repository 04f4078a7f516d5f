/** INFO as fields. INFO, not CONFIG: managed services usually forbid CONFIG GET. */

import type { Link } from './link.js';

export async function readInfo(link: Link): Promise<Record<string, string>> {
  const info = await link.ask((redis) => redis.info());
  return Object.fromEntries(
    info
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}
