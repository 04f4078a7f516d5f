/** Every route that an API really has, read from the API itself: one that the table of routes lacks is among them. */

import type { Api } from '../../../src/api/server.js';

export interface RealRoute {
  method: string;
  /** As `/v1/tasks/:id`. */
  url: string;
}

/** With the methods of a path that are only refused (405). */
export async function everyRoute({ app }: Api): Promise<RealRoute[]> {
  await app.ready();
  const above: string[] = [];
  const routes: RealRoute[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', part = '', methods = ''] = /^(.*?)[└├]── (\S*)(?: \((.*)\))?$/.exec(line) ?? [];
    if (part === '') continue;
    above.splice(indent.length / 4, above.length, part);
    const url = above.join('');
    for (const method of methods.split(', ')) if (method !== '') routes.push({ method, url });
  }
  if (routes.length < 100) throw new Error(`only ${routes.length} routes were found`);
  return routes;
}
