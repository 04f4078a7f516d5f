/** The reference of schedule files, for editors (JSON Schema) and for people (a page): made of fields and their notes. */

import { type JsonSchema, type Readers, supported } from '../../src/domain/input/readers.js';
import { calendar } from '../../src/domain/schedule/exclusions.js';
import { FIELD_NOTES, FILE_NOTES, GROUP_NOTES, type Note } from '../../src/domain/schedule/field-notes.js';
import { DEFAULT_FIELDS, GROUPS, SCHEDULE_FIELDS } from '../../src/domain/schedule/fields.js';

type Notes = Readonly<Record<string, Note>>;

const NAME = '[a-z0-9][a-z0-9._-]';

/** `${VAR}` may stand in any text, so a pattern must let it pass. */
function forFiles(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key === 'pattern') return [key, `${String(value).replace('^(?:(\\d', '^(?=.)(?:(\\d')}|\\$\\{`];
    if (Array.isArray(value)) return [key, value.map((one) => (isSchema(one) ? forFiles(one) : one))];
    return [key, isSchema(value) ? forFiles(value) : value];
  });
  return Object.fromEntries(entries.filter(([key]) => key !== 'format'));
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const plain = (text: string): string => text.replaceAll('`', '');

function noted(schema: JsonSchema, { about, usual, example }: Note): JsonSchema {
  const without = usual === undefined ? '' : ` Default: ${plain(usual)}.`;
  return { ...schema, description: plain(about) + without, examples: [example] };
}

function properties(fields: Readers, notes: Notes): Record<string, JsonSchema> {
  return Object.fromEntries(
    supported(fields).map((name) => {
      const group = (GROUPS as Readonly<Record<string, Readers>>)[name];
      const inner = (GROUP_NOTES as Readonly<Record<string, Notes>>)[name];
      const schema = forFiles(fields[name]?.schema ?? {});
      const own = group && inner ? { ...schema, properties: properties(group, inner) } : schema;
      return [name, noted(own, notes[name] as Note)];
    }),
  );
}

const named = (pattern: string, items: JsonSchema): JsonSchema => ({
  type: 'object',
  propertyNames: { pattern },
  additionalProperties: items,
});

export function fileSchema(): JsonSchema {
  const references = supported(DEFAULT_FIELDS).map((name) => [
    name,
    { $ref: `#/$defs/schedule/properties/${name}` },
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Carillon schedule file',
    type: 'object',
    required: ['version'],
    additionalProperties: false,
    properties: {
      version: noted({ const: 1 }, FILE_NOTES.version),
      source: noted({ type: 'string', pattern: `^${NAME}{0,63}$` }, FILE_NOTES.source),
      defaults: noted(
        { type: 'object', additionalProperties: false, properties: Object.fromEntries(references) },
        FILE_NOTES.defaults,
      ),
      calendars: noted(
        named(`^(?!\\d{4}-\\d)${NAME}{0,63}$`, { $ref: '#/$defs/calendar' }),
        FILE_NOTES.calendars,
      ),
      schedules: noted(named(`^${NAME}{0,127}$`, { $ref: '#/$defs/schedule' }), FILE_NOTES.schedules),
    },
    $defs: {
      schedule: {
        type: 'object',
        required: ['handler'],
        oneOf: ['cron', 'every', 'at'].map((key) => ({ required: [key] })),
        dependentRequired: { phase: ['every'] },
        additionalProperties: false,
        properties: properties(SCHEDULE_FIELDS, FIELD_NOTES),
      },
      calendar: forFiles(calendar.schema ?? {}),
    },
  };
}

/** As a schedule file writes it, on one line. */
export function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (isSchema(value)) {
    const pairs = Object.entries(value).map(([key, one]) => `${key}: ${written(one)}`);
    return `{ ${pairs.join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  return /^[A-Za-z0-9][\w./@:-]*$/.test(value) && !/^\d{4}-\d{2}-\d{2}$/.test(value) ? value : `"${value}"`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function table(notes: Notes, prefix = ''): string {
  const rows = Object.entries(notes).map(([name, { about, usual = '', example }]) => [
    `\`${prefix}${name}\``,
    about,
    usual,
    `\`${prefix === '' ? `${name}: ` : ''}${written(example)}\``,
  ]);
  const lines = [['key', 'what it means', 'default', 'example'], ['---', '---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

export function filePage(): string {
  const groups = Object.entries(GROUP_NOTES).map(([name, notes]) => {
    return `### ${name}\n\n${table(notes as Notes, `${name}.`)}`;
  });
  return `# The schedule file

For whoever writes schedule files. Every key, what it means, what holds without it, and an example. Made of \`src/domain/schedule/fields.ts\` and the notes
beside it, like [\`schedules/schema.json\`](../schedules/schema.json), which editors check files with; a test keeps all of
them true. What the keys do together is told in [schedules](schedules.md), which files count in [files](files.md), how to
check them in [validate](validate.md).

Files are \`schedules/*.yaml\`, \`*.yml\`, \`*.json\`, and \`*.ts\` whose default export is what \`defineSchedules()\` returns.
Unknown keys are errors, with file, line and column. \`\${VAR}\` and \`\${VAR:-x}\` in texts are replaced from the environment;
\`$\${\` is a literal \`\${\`. Durations are whole numbers with \`w d h m s ms\`, largest first: \`90s\`, \`1h30m\`, \`7d\`. Times are
RFC 3339 with an offset.

## At the top

${table(FILE_NOTES)}

## A schedule

The fields of \`PUT /v1/schedules/{id}\` and of \`client.schedules.put\` are the same, but for \`environments\` and
\`calendars\`, which belong to files. \`defaults\` takes all of them but what says what a single schedule is:
${Object.keys(SCHEDULE_FIELDS)
  .filter((name) => !(name in DEFAULT_FIELDS))
  .map((name) => `\`${name}\``)
  .join(', ')}.

${table(FIELD_NOTES)}

${groups.join('\n\n')}
`;
}
