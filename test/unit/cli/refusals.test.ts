/** What `carillon dev` says of what the built-in handlers refuse: each once, and nothing of a module's own. */

import { expect, it } from 'vitest';
import { tellRefusals } from '../../../src/cli/refusals.js';
import { builtIns, withBuiltIns } from '../../../src/node/built-in-handlers.js';
import type { Handlers } from '../../../src/worker/handlers.js';

const nothing = { httpAllow: [], httpSecrets: {}, commandAllow: [], killAfter: 30_000 };
const runs = (...ids: string[]) => ({
  builtIn: ids.map((id) => ({ id, handler: 'command.run', payload: { command: `/bin/${id}` } })),
});

function told(own: Handlers = {}) {
  const said: string[] = [];
  return { said, refusals: tellRefusals(builtIns(nothing), own, (text) => said.push(text)) };
}

it('is said of each schedule once, of many together', () => {
  const { said, refusals } = told();
  refusals.read(runs('one', 'two'));
  refusals.read(runs('one', 'two', 'three'));
  expect(said.map((text) => /^schedule (\w+): This worker does not allow/.exec(text)?.[1])).toEqual([
    'one',
    'two',
    'three',
  ]);
  refusals.read(runs('a', 'b', 'c', 'd', 'e', 'f', 'g'));
  expect(said).toHaveLength(9);
  expect(said.at(-1)).toBe('and 2 more schedules that this worker does not allow');
});

it('is not said of what a list allows, of a payload that does not fit, and of a handler of the module', () => {
  const { said, refusals } = told({ 'command.run': () => 1 });
  refusals.read(runs('one'));
  const other = told();
  other.refusals.read({ builtIn: [{ id: 'x', handler: 'command.run', payload: null }] });
  expect([said, other.said]).toEqual([[], []]);
});

it('a built-in handler is beside a module where it is allowed something, and in dev always', () => {
  const own = { own: () => 1 };
  expect(Object.keys(withBuiltIns(own, nothing))).toEqual(['own']);
  expect(Object.keys(withBuiltIns(own, nothing, 'all'))).toEqual(['own', 'http.request', 'command.run']);
  const some = { ...nothing, httpAllow: [{ name: 'a.b', port: 80 }] };
  expect(Object.keys(withBuiltIns(own, some))).toEqual(['own', 'http.request']);
  const mine = { 'http.request': () => 2 };
  expect(withBuiltIns(mine, nothing, 'all')['http.request']).toBe(mine['http.request']);
  expect(() => withBuiltIns(mine, some)).toThrow('allowed something and replaced');
});
