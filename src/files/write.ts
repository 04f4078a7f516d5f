/** Schedule files written: YAML as its readers take it. */

import { stringify } from 'yaml';

/** Texts that YAML would take for something else are quoted, long ones are not folded. */
export function yamlOf(file: object): string {
  return stringify(file, { version: '1.2', schema: 'core', aliasDuplicateObjects: false, lineWidth: 0 });
}
