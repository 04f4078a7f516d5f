/** What the form of Enqueue says of a payload, by the JSON Schema of its handler. */

import { expect, it } from 'vitest';
import { misfits } from '../../../web/src/core/json-schema.js';
import { exact } from '../../../web/src/core/payload.js';
import { jsonOf, schemaFields, valueIn, valuesOf } from '../../../web/src/core/schema-fields.js';

const said = (schema: unknown, json: string): string[] =>
  misfits(schema, exact(json)).map(({ pointer, detail }) => `${pointer} ${detail}`);

const MAIL = {
  type: 'object',
  required: ['to', 'copies'],
  additionalProperties: false,
  properties: {
    to: { type: 'string', format: 'email', minLength: 3 },
    copies: { type: 'integer', minimum: 1, maximum: 9 },
    tone: { enum: ['plain', 'kind'] },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
    next: { $ref: '#/$defs/part' },
  },
  $defs: {
    part: { type: 'object', properties: { id: { type: 'integer' }, next: { $ref: '#/$defs/part' } } },
  },
};

it('finds nothing in what fits', () => {
  const fit =
    '{"to":"a@b.c","copies":2,"tone":"kind","tags":["x"],"next":{"id":9007199254740993,"next":{"id":1}}}';
  expect(said(MAIL, fit)).toEqual([]);
  expect(said({}, fit)).toEqual([]);
  expect(said(true, fit)).toEqual([]);
});

it('says where something does not fit, and what would', () => {
  expect(said(MAIL, '{"to":"nobody","copies":12,"tone":"rude","tags":[1,"a","b"],"more":1}')).toEqual([
    '/to must be an address such as a@b.c',
    '/copies must be at most 9',
    '/tone must be one of "plain", "kind"',
    '/tags must have at most 2 items',
    '/tags/0 must be a text',
    '/more is not known here',
  ]);
  expect(said(MAIL, '{"to":"a@b.c","next":{"id":1.5,"next":{"id":"x"}}}')).toEqual([
    '/copies must be given',
    '/next/id must be a whole number',
    '/next/next/id must be a whole number',
  ]);
  expect(said(MAIL, '[]')).toEqual([' must be an object']);
});

it('knows alternatives, and passes over what it does not know', () => {
  const either = { anyOf: [{ type: 'string' }, { type: 'null' }] };
  expect(said(either, 'null')).toEqual([]);
  expect(said(either, '1')).toEqual([' fits none of the shapes it may have']);
  expect(said({ type: ['integer', 'null'], not: { const: 3 } }, '3')).toEqual([
    ' has a shape that it must not have',
  ]);
  expect(said({ pattern: '(?<=a)[', type: 'string', unheardOf: 1 }, '"x"')).toEqual([]);
  expect(said({ $ref: '#/nowhere' }, '1')).toEqual([]);
  expect(said({ $ref: '#' }, '1')).toEqual([]);
});

it('makes a form of it and back, with every digit', () => {
  const fields = schemaFields({
    type: 'object',
    required: ['id', 'name'],
    properties: {
      id: { type: 'integer', description: 'the customer' },
      name: { type: 'string', default: 'Ada' },
      loud: { type: 'boolean' },
      more: { type: 'object' },
    },
  });
  if (!fields) throw new Error('there is a form');
  expect(fields.map(({ name, kind, isRequired, initial }) => [name, kind, isRequired, initial])).toEqual([
    ['id', 'number', true, ''],
    ['name', 'text', true, 'Ada'],
    ['loud', 'choice', false, ''],
    ['more', 'json', false, ''],
  ]);
  const typed = { id: '9007199254740993', name: 'Ada', loud: 'true', more: '{"n":1.50}' };
  const json = jsonOf(fields, typed);
  expect(json.replaceAll(/\s/g, '')).toBe(
    '{"id":9007199254740993,"name":"Ada","loud":true,"more":{"n":1.50}}',
  );
  expect(valuesOf(fields, exact(json))).toEqual(typed);
  expect(JSON.parse(jsonOf(fields, { id: 'seven', name: '' }))).toEqual({ id: 'seven' });
  expect(() => jsonOf(fields, { more: '{' })).toThrow('more is no JSON value.');
});

it('makes no form of what fields cannot show', () => {
  expect(schemaFields({ type: 'string' })).toBeNull();
  expect(schemaFields(undefined)).toBeNull();
  const fields = schemaFields({ properties: { to: { type: 'string' } } }) ?? [];
  expect(valuesOf(fields, exact('{"to":"x","other":1}'))).toBeNull();
  expect(valuesOf(fields, exact('{"to":1}'))).toBeNull();
  expect(valuesOf(fields, exact('[1]'))).toBeNull();
});

it('gives up on a check that would take for ever, and says nothing', () => {
  const one = JSON.stringify(Array.from({ length: 30_000 }, () => 1));
  expect(said({ items: { type: 'null' } }, one)).toEqual([]);
  const shape = (name: string) => ({
    required: [name],
    properties: { next: { $ref: '#' }, more: { $ref: '#' } },
  });
  const union = { anyOf: ['a', 'b', 'c', 'd', 'e', 'f'].map(shape) };
  // Each shape is left at its first misfit.
  const nested = `${'{"next":'.repeat(6)}{}${'}'.repeat(6)}`;
  expect(said(union, nested)).toEqual([' fits none of the shapes it may have']);
  expect(said({ allOf: [{ $ref: '#' }, { $ref: '#' }], type: 'object' }, '{}')).toEqual([]);
});

it('matches no pattern that could go back and forth for ever', () => {
  expect(said({ pattern: '^(ab)+$' }, '"x"')).toEqual([]);
  expect(said({ pattern: '^a+$' }, JSON.stringify('b'.repeat(300)))).toEqual([]);
  const long = JSON.stringify(`${'a'.repeat(60)}!`);
  const optional = `^${'a?'.repeat(40)}${'a'.repeat(61)}$`;
  for (const pattern of ['^(a+)+$', '^(?:a*){9}$', optional, `^${'(a|a)'.repeat(40)}$`, '^a*a*a*a*a*a*a*$'])
    expect(said({ pattern }, long)).toEqual([]);
  for (const pattern of ['^[a-z]+@[a-z]+$', '^\\d{4}-\\d{2}-\\d{2}$', '^(red|green|blue)$'])
    expect(said({ pattern }, long)).toEqual([` must match ${pattern}`]);
});

it('compares objects whatever the order of their keys', () => {
  const schema = { enum: [{ a: 1, b: [1, 2] }, null] };
  expect(said(schema, '{"b":[1,2],"a":1}')).toEqual([]);
  for (const other of ['{"a":1}', '{"a":1,"b":[1,2],"c":3}', '{"a":1,"b":{"0":1,"1":2}}', '{"a":1,"b":[1]}'])
    expect(said(schema, other)).toEqual([' must be one of {"a":1,"b":[1,2]}, null']);
});

it('says nothing by a schema that is none, and makes no form of it', () => {
  const odd = { toString: 1 };
  for (const schema of [{ type: odd }, { type: [odd] }, { required: [odd] }, { minimum: odd }])
    expect(said(schema, '{}')).toEqual([]);
  expect(schemaFields({ properties: { a: { type: 'integer', minimum: odd } } })).toBeNull();
  expect(schemaFields({ properties: { a: {} }, required: [odd] })).toBeNull();
});

it('loses nothing of what was typed, whatever its keys are named', () => {
  const fields = schemaFields({
    properties: { constructor: { type: 'string' }, toString: {}, more: {}, name: { type: 'string' } },
  });
  if (!fields) throw new Error('there is a form');
  expect(JSON.parse(jsonOf(fields, { name: 'Ada' }))).toEqual({ name: 'Ada' });
  expect(valueIn({ name: 'Ada' }, 'constructor')).toBe('');
  expect(jsonOf(fields, { name: 'Ada', more: '{"a":1,"a":2}' })).toBe('{"more":{"a":1,"a":2},"name":"Ada"}');
});
