/** Hostile requests made of an OpenAPI document: every route, every parameter, every field of every body. */

export interface HostileRequest {
  method: string;
  /** As it goes over the wire. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

type Json = Record<string, unknown>;

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
}

export interface OpenApi {
  paths: Record<string, Record<string, { parameters?: Parameter[]; requestBody?: Json }>>;
  components: { schemas: Record<string, Schema> };
}

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

const long = 'x'.repeat(5_000);
const TEXTS = [
  ...['', ' ', '0', '-1', '1.5', '007', '9007199254740993', '1e400', 'NaN', 'Infinity', 'null', 'undefined'],
  ...[
    'true',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    '%',
    '%00',
    '%zz',
    '%2e%2e%2f',
    '../..',
  ],
  ...[
    '\u0000',
    'a\u0000b',
    '\r\n',
    '\u001b[2J',
    '\u202e',
    '\ufeff',
    '\ud800',
    'ü',
    '🔔',
    'ü'.repeat(300),
    long,
  ],
  ...[
    '*',
    '@',
    'a@b',
    'a@99999999999999999999',
    '@5',
    '-',
    'a-b',
    '{}',
    '[]',
    '"',
    '\\',
    "' OR 1=1 --",
    '<b>',
  ],
  ...['2026-02-30T00:00:00Z', '9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z', '+275760-09-13T00:00:01Z'],
  ...['1ms', '0ms', '1.5h', '99999999999999999999d', 'a=b', '=', 'x=', '=x'],
];

/** JSON texts, because not everything that may be sent can be written by a program. */
const VALUES = [
  ...TEXTS.map((text) => JSON.stringify(text)),
  ...[
    'null',
    'true',
    'false',
    '0',
    '-0',
    '-1',
    '1.5',
    '1e15',
    '9007199254740993',
    '1e308',
    '1e400',
    '[]',
    '{}',
  ],
  ...[
    '[[]]',
    '[null]',
    '[{}]',
    '["x","x"]',
    '{"":""}',
    '{"__proto__":{"polluted":true}}',
    '{"a":{"b":{"c":1}}}',
  ],
  `${'['.repeat(500)}${']'.repeat(500)}`,
  `[${'1,'.repeat(2_000)}1]`,
];

/** Bodies that are no object, or no JSON. */
const BODIES = [
  '',
  'null',
  '[]',
  '5',
  '"x"',
  '{',
  '{"a":1,}',
  '{"a":1}{"a":1}',
  '{"a":1,"a":2}',
  '\u0000',
  `"${long}"`,
];

/** A lone surrogate has no encoding: what it is replaced by is sent. */
const encoded = (text: string): string => encodeURIComponent(text.replace(/\ud800/g, '\ufffd'));

/** `base`: what makes a request of this route sound, by the name of the parameter or field. */
export function hostileRequests(
  { paths, components }: OpenApi,
  base: (method: string, path: string) => { path: string; body: Record<string, string> },
  cursors: readonly string[],
): HostileRequest[] {
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [], requestBody }]) => {
      const sound = base(method, template);
      const whole = requestBody ? objectOf(sound.body) : undefined;
      const request = (path: string, over: Partial<HostileRequest> = {}): HostileRequest => ({
        method: method.toUpperCase(),
        path,
        headers: requestBody ? { 'content-type': 'application/json' } : {},
        ...(whole === undefined ? {} : { body: whole }),
        ...over,
      });
      const inPath = template.includes('{')
        ? TEXTS.flatMap((text) => [encoded(text), ...(/^[%.*@-]/.test(text) ? [text] : [])]).map((value) =>
            request(template.replace(/\{\w+\}/g, value)),
          )
        : [];
      const names = [...parameters.filter((one) => one.in === 'query').map(({ name }) => name)];
      const inQuery = [...names, 'unheard', '__proto__'].flatMap((name) => {
        const values = name === 'cursor' ? [...TEXTS, ...cursors] : TEXTS;
        const one = values.map((text) => `${name}=${encoded(text)}`);
        const odd = [
          `${name}`,
          `${name}=%`,
          `${name}=%00`,
          `${name}=1&${name}=1`,
          `${name}[]=1`,
          `${name}[a]=1`,
        ];
        return [...one, ...odd].map((query) =>
          request(`${sound.path}${sound.path.includes('?') ? '&' : '?'}${query}`),
        );
      });
      const headers = ['if-match', 'idempotency-key', 'accept', 'content-encoding', 'content-type', 'origin'];
      const inHeaders = headers.flatMap((name) =>
        // Others cannot be sent at all.
        TEXTS.filter((text) => /^[\x20-\x7e]*$/.test(text)).map((text) =>
          request(sound.path, { headers: { 'content-type': 'application/json', [name]: text } }),
        ),
      );
      const schema = requestBody ? schemaOf(requestBody, components.schemas) : undefined;
      const inBody = whole === undefined ? [] : bodiesOf(schema, sound.body, components.schemas);
      const bodies = [...inBody, ...BODIES].map((body) => request(sound.path, { body }));
      return [request(sound.path), ...inPath, ...inQuery, ...inHeaders, ...(requestBody ? bodies : [])];
    }),
  );
}

const objectOf = (fields: Record<string, string>): string =>
  `{${Object.entries(fields)
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(',')}}`;

function schemaOf(body: Json, schemas: Record<string, Schema>): Schema | undefined {
  const text = /#\/components\/schemas\/(\w+)/.exec(JSON.stringify(body))?.[1];
  return text === undefined ? undefined : schemas[text];
}

/** One field after the other is hostile, and one field within those that have fields. */
function bodiesOf(
  schema: Schema | undefined,
  sound: Record<string, string>,
  schemas: Record<string, Schema>,
): string[] {
  const fields: Record<string, Schema> = { ...schema?.properties, unheard: {}, __proto: {} };
  return Object.entries(fields).flatMap(([name, field]) => {
    const own = name === '__proto' ? '__proto__' : name;
    const direct = VALUES.map((value) => objectOf({ ...sound, ...pair(own, value) }));
    const inner = field.properties ?? resolved(field.items, schemas)?.properties ?? {};
    const within = Object.keys(inner).flatMap((key) =>
      VALUES.map((value) => {
        const object = objectOf(pair(key, value));
        return objectOf({ ...sound, ...pair(own, field.items ? `[${object}]` : object) });
      }),
    );
    return [...direct, ...within];
  });
}

function resolved(schema: Schema | undefined, schemas: Record<string, Schema>): Schema | undefined {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : schemas[name];
}

/** An own property, whatever its name. */
function pair(name: string, value: string): Record<string, string> {
  return Object.fromEntries([[name, value]]);
}
