/** The YAML of a definition as the JSON that the API takes, with every digit, and as people write it. */

import { stringify } from 'lossless-json';
import { isMap, isScalar, parse, parseDocument, visit, YAMLParseError } from 'yaml';
import { Problem } from '../../core/problems.js';

/** Throws a Problem with the place at which it is no YAML. */
export function bodyOf(text: string): string {
  let value: unknown;
  try {
    value = parse(text, { intAsBigInt: true, maxAliasCount: 100 });
  } catch (error) {
    const place = error instanceof YAMLParseError ? error.linePos?.[0] : undefined;
    const detail = error instanceof Error ? (error.message.split(/ at line |\n/)[0] ?? '') : String(error);
    throw new Problem({
      status: 422,
      detail: `This is no YAML${place ? ` (line ${place.line}, column ${place.col})` : ''}: ${detail}`,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem({ status: 422, detail: 'A definition is a mapping: handler: …, cron: …' });
  }
  return stringify(value) ?? '{}';
}

/** Without the quotes that it can do without, mappings in one line: the same definition, or the text as it was. */
export function tidied(text: string): string {
  try {
    const document = parseDocument(text, { intAsBigInt: true });
    visit(document, (key, node, path) => {
      if (isScalar(node)) delete node.type;
      else if (isMap(node) && key === 'value' && path.length > 1) node.flow = true;
    });
    const tidy = document.toString({ lineWidth: 0, flowCollectionPadding: true });
    return bodyOf(tidy) === bodyOf(text) ? tidy : text;
  } catch {
    return text;
  }
}
