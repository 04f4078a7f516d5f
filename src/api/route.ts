/** What a row of the table of routes is, and short ways to write one. */

import type { Readers } from '../domain/input/readers.js';

/** A body, and which of its fields must be given. */
export interface Body {
  /** The name of its schema. */
  name: string;
  fields: Readers;
  required?: readonly string[];
}

export interface Route {
  path: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  summary: string;
  query?: Readers;
  headers?: Readonly<Record<string, string>>;
  body?: Body;
  /** What it does, as the audit tells: of every route that changes something. */
  action?: string;
  /** Of a method that may change something: this route changes nothing, and a node that only shows answers it. */
  changesNothing?: true;
  /** Schemas by status; '' has no body, `object` is not described further. */
  answers: Readonly<Record<number, string>>;
}

export type Row = Omit<Route, 'path' | 'method'>;

/** The methods of one path. */
export const at = (path: string, methods: Partial<Record<Route['method'], Row>>): Route[] =>
  Object.entries(methods).map(([method, row]) => ({ path, method: method as Route['method'], ...row }));

/** Summary, schema of the 200 answer, and the query where it is read. */
export const show = (summary: string, answer = 'object', query?: Readers): Row => ({
  summary,
  ...(query ? { query } : {}),
  answers: { 200: answer },
});
