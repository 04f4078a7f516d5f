/** Small XML as a tree: elements, attributes, texts. No document type, no entities but the five that XML has itself. */

import { CarillonError } from '../../domain/input/errors.js';
import type { SourceText } from './draft.js';

export interface Element {
  /** Without its prefix. */
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: Element[];
  /** Of its own, without blanks around. */
  text: string;
}

/** Elements in each other. */
const DEEPEST = 200;
const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }),
);
const PIECE =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\])?\s*>|<\/\s*([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gy;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Throws `invalid_input` at the place from which on it is not well-formed. */
export function readXml({ path, text }: SourceText): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open: Element[] = [root];
  let at = 0;
  while (at < text.length) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text);
    const inner = open.at(-1);
    if (!piece || !inner) throw broken(path, text, at, 'is not well-formed from here on');
    const [whole, data, closed, name, attributes = '', empty, words] = piece;
    if (closed !== undefined) {
      if (open.length === 1 || localName(closed) !== inner.name) {
        throw broken(path, text, at, `</${closed}> closes nothing that is open`);
      }
      inner.text = inner.text.trim();
      open.pop();
    } else if (name !== undefined) {
      const element = { name: localName(name), attributes: attributesOf(attributes), children: [], text: '' };
      inner.children.push(element);
      if (empty === '') open.push(element);
      if (open.length > DEEPEST) throw broken(path, text, at, `stands in more than ${DEEPEST} others`);
    } else if (data !== undefined) inner.text += data;
    else if (words !== undefined) inner.text += unescaped(words);
    at += whole.length;
  }
  if (open.length > 1) throw broken(path, text, text.length, `<${open.at(-1)?.name}> is not closed`);
  return root;
}

function broken(path: string, text: string, at: number, detail: string): CarillonError {
  const before = text.slice(0, at).split('\n');
  const pointer = `${path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  return new CarillonError('invalid_input', `${path} is no valid XML.`, [{ pointer, detail }]);
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => [
    localName(name),
    unescaped(double ?? single ?? ''),
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** What no entity is stays as it is written. */
function unescaped(text: string): string {
  return text.replace(/&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (whole, hex, decimal, name) => {
    const code = hex ? Number.parseInt(hex as string, 16) : Number(decimal ?? Number.NaN);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    return ENTITIES.get(name as string) ?? whole;
  });
}

/** Every element of that name, at whatever depth, in the order of the file. */
export function elementsIn(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...elementsIn(child, name),
  ]);
}

/** The text of the first child of that name. */
export function childText(element: Element, ...names: readonly string[]): string | undefined {
  const text = element.children.find(({ name }) => names.includes(name))?.text;
  return text === undefined || text === '' ? undefined : text;
}
