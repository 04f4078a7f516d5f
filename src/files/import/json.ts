/** Foreign JSON, read as the part of YAML that it is: its problems have places, and no number becomes another one. */

import { CarillonError } from '../../domain/input/errors.js';
import type { Gathered, SourceText } from './draft.js';
import { readYaml } from './yaml.js';

/** Throws `invalid_input` for what is no JSON. */
export function readJson(gathered: Gathered, source: SourceText): unknown {
  if (!/^\s*[[{]/.test(source.text)) {
    throw new CarillonError('invalid_input', `${source.path} is no valid JSON.`, [
      { pointer: `${source.path}:1:1`, detail: 'must begin with [ or {' },
    ]);
  }
  const [value] = readYaml(gathered, source, { version: '1.2' });
  return value;
}
