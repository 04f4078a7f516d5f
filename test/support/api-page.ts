/** docs/typescript.md, made of the docstrings of what src/index.ts exports, by the compiler that builds it. */

import { fileURLToPath } from 'node:url';
import type { Node } from 'typescript/unstable/ast';
import { API, type Checker, type Project, type Symbol as Sym, type Type } from 'typescript/unstable/sync';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What stands first, under which heading; everything else that is exported follows as a type. */
const CHAPTERS: Record<string, readonly string[]> = {
  Client: ['Client', 'ClientQueues', 'ClientSchedules', 'ClientOperations', 'ClientWorkers'],
  Worker: ['Worker', 'WorkerOptions', 'Around', 'TaskContext', 'RunContext', 'Log', 'Handlers', 'Handler'],
  Definitions: ['defineTask', 'defineHandlers', 'defineSchedules'],
  'Built-in handlers': [
    'httpRequest',
    'HttpRequestOptions',
    'commandRun',
    'CommandRunOptions',
    'AllowedCommand',
  ],
  Errors: ['Fatal', 'RetryAfter', 'Snooze', 'CarillonError'],
};
/** How the methods of a class are called. */
const CALLED: Record<string, string> = {
  ...{ Client: 'client', ClientQueues: 'client.queues', ClientSchedules: 'client.schedules' },
  ...{ ClientOperations: 'client.operations', ClientWorkers: 'client.workers', Worker: 'worker' },
};

const ALIAS = 1 << 21;
const CLASS = 1 << 5;
const FUNCTION = 1 << 4;
const METHOD = 1 << 13;
const OPTIONAL = 1 << 24;
const OBJECT_TYPE = CLASS | (1 << 6);

export interface ApiPage {
  text: string;
  /** What has no docstring, or no example where one is due. */
  missing: string[];
}

interface Member {
  name: string;
  optional: boolean;
  type: string;
  doc: string;
  /** Of a method: how it is called. */
  calls: string[];
  example: string | undefined;
}

class Reader {
  readonly missing: string[] = [];
  readonly #project: Project;
  readonly #checker: Checker;

  constructor(project: Project) {
    this.#project = project;
    this.#checker = project.checker;
  }

  exported(): Map<string, Sym> {
    const file = this.#project.program.getSourceFile(`${ROOT}src/index.ts`);
    const module = file && this.#checker.getSymbolAtLocation(file);
    if (!module) throw new Error('src/index.ts is not in the project');
    const symbols = this.#checker.getExportsOfModule(module);
    return new Map(
      symbols.map((one) => [one.name, one.flags & ALIAS ? this.#checker.getAliasedSymbol(one) : one]),
    );
  }

  section(name: string, symbol: Sym, depth: string): string {
    const doc = this.#doc(symbol, name);
    const example = this.#example(symbol);
    const isCode = (symbol.flags & (CLASS | FUNCTION)) !== 0;
    if (isCode && example === undefined) this.missing.push(`${name}: an example`);
    const parts = [`${depth} ${name}`, doc];
    if (symbol.flags & FUNCTION) parts.push(...this.#calls(symbol).map((call) => fence(call)));
    else if (!(symbol.flags & OBJECT_TYPE)) parts.push(this.#declaration(symbol));
    if (example !== undefined) parts.push(fence(example));
    const members = symbol.flags & FUNCTION ? [] : this.#members(name, symbol);
    const fields = members.filter(({ calls }) => calls.length === 0);
    if (fields.length > 0) parts.push(table(fields));
    for (const one of members.filter(({ calls }) => calls.length > 0)) {
      const called = CALLED[name] ?? name;
      if (one.example === undefined && CALLED[name]) this.missing.push(`${called}.${one.name}: an example`);
      parts.push(`${depth}# ${called}.${one.name}`, one.doc, ...one.calls.map((call) => fence(call)));
      if (one.example !== undefined) parts.push(fence(one.example));
    }
    return parts.filter((part) => part !== '').join('\n\n');
  }

  #members(name: string, symbol: Sym): Member[] {
    const type = this.#checker.getDeclaredTypeOfSymbol(symbol);
    return this.#checker.getPropertiesOfType(type).flatMap((one) => {
      const tags = this.#checker.getJsDocTagsOfSymbol(one).map((tag) => tag.name);
      const where = one.declarations[0]?.path ?? '';
      // Private, of somebody else's making, or for the rest of the house.
      const hidden = /^__/.test(one.name) || !where.includes('/src/') || tags.includes('internal');
      if (hidden) return [];
      const kind = this.#checker.getTypeOfSymbol(one);
      return {
        name: one.name,
        optional: (one.flags & OPTIONAL) !== 0,
        type: kind ? this.#type(kind) : '',
        doc: this.#doc(one, `${name}.${one.name}`),
        calls: one.flags & METHOD && CALLED[name] ? this.#calls(one) : [],
        example: this.#example(one),
      };
    });
  }

  /** Its docstring; of a field of a table, the sentence that the table has about it. */
  #doc(symbol: Sym, name: string): string {
    const written = this.#checker.getDocumentationCommentOfSymbol(symbol);
    if (written !== '') return written.trim();
    const told = /\babout\(.*,\s*(['"`])((?:(?!\1).)*)\1,?\s*\)$/s.exec(this.#source(symbol)[0] ?? '');
    const same = told ? undefined : this.#named(symbol);
    if (same) return this.#doc(same, name);
    if (!told?.[2]) this.missing.push(`${name}: a docstring`);
    // Words that are worked out stand for themselves.
    return (told?.[2] ?? '').replace(/\$\{[^}]*\}/g, '…');
  }

  /** The field of another table, where one is taken over from there. */
  #named(symbol: Sym): Sym | undefined {
    const node = symbol.declarations[0]?.resolve(this.#project) as
      | { initializer?: { name?: Node } }
      | undefined;
    const name = node?.initializer?.name;
    const found = name && this.#checker.getSymbolAtLocation(name);
    return found === symbol ? undefined : found;
  }

  #example(symbol: Sym): string | undefined {
    return this.#checker.getJsDocTagsOfSymbol(symbol).find(({ name }) => name === 'example')?.text;
  }

  #source(symbol: Sym): string[] {
    return symbol.declarations.map((one) => one.resolve(this.#project)?.getText() ?? '');
  }

  /** Its signatures as they are written; the one with the body only where there is no other. */
  #calls(symbol: Sym): string[] {
    const heads = symbol.declarations.map((one) => {
      const node = one.resolve(this.#project) as
        | (ReturnType<typeof one.resolve> & { body?: unknown })
        | undefined;
      const text = node?.getText() ?? '';
      const body = node?.body as { getText(): string } | undefined;
      return { text: body ? text.slice(0, text.length - body.getText().length) : text, whole: !body };
    });
    const shown = heads.some(({ whole }) => whole) ? heads.filter(({ whole }) => whole) : heads;
    return shown.map(({ text }) =>
      text
        .replace(/^(export |async |function |readonly )+/, '')
        .replace(/\s+/g, ' ')
        .replace(/\( | \)|, \)/g, (bracket) => bracket.replace(/[ ,]/g, ''))
        .replace(/;?\s*$/, ''),
    );
  }

  #declaration(symbol: Sym): string {
    const type = this.#checker.getDeclaredTypeOfSymbol(symbol);
    if (this.#checker.getPropertiesOfType(type).some((one) => one.declarations[0]?.path.includes('/src/')))
      return '';
    const [source = ''] = this.#source(symbol);
    // A list of words is told as the words.
    const words = this.#checker.typeToString(type, undefined, 1 | 0x800000);
    if (/^("[^"]*"( \| |$))+$/.test(words)) return words.replaceAll('"', '`').replaceAll(' | ', ', ');
    return source === '' || source.includes('= class')
      ? ''
      : fence(source.replace(/^export (declare )?/, ''));
  }

  #type(type: Type): string {
    const short = this.#checker.typeToString(type).replace(/ \| undefined$/, '');
    if (!/Given<|Reader<|Omit<|\.\.\./.test(short)) return short;
    const whole = this.#checker.getNonNullableType(type) ?? type;
    const names = this.#checker.getPropertiesOfType(whole).map(({ name }) => name);
    // What a text and a list have in common says nothing, and its signs have numbers that any change moves.
    const told = names.length > 0 && names.length < 20 && !names.some((name) => name.startsWith('__'));
    return told ? `{ ${names.join(', ')} }` : 'see there';
  }
}

const fence = (code: string): string => `\`\`\`ts\n${code.trim()}\n\`\`\``;

function table(members: readonly Member[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
  const rows = members.map(({ name, optional, type, doc }) => {
    const code = type === '' ? '' : `\`${cell(type)}\``;
    return `| \`${name}${optional ? '?' : ''}\` | ${code} | ${cell(doc)} |`;
  });
  return ['| field | type | what |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The whole page below `opening`. */
export function apiPage(opening: string): ApiPage {
  const api = new API({ cwd: ROOT });
  try {
    const snapshot = api.updateSnapshot({ openProjects: [`${ROOT}tsconfig.json`] });
    const project = snapshot.getProjects()[0];
    if (!project) throw new Error('tsconfig.json is no project');
    const reader = new Reader(project);
    const exported = reader.exported();
    const listed = new Set(Object.values(CHAPTERS).flat());
    const others = [...exported.keys()].filter((name) => !listed.has(name)).toSorted();
    const chapters = Object.entries({ ...CHAPTERS, Types: others }).map(([heading, names]) => {
      const sections = names.flatMap((name) => {
        const symbol = exported.get(name);
        return symbol ? reader.section(name, symbol, '###') : [];
      });
      return [`## ${heading}`, ...sections].join('\n\n');
    });
    return { text: `${[opening.trim(), ...chapters].join('\n\n')}\n`, missing: reader.missing };
  } finally {
    api.close();
  }
}
