/** Which values of a template are literal: texts, and parameters with a default, which a person has to confirm. */

import { type Gathered, Refusal } from './draft.js';
import { type Fields, fieldsOf, isFields } from './values.js';

export class Literals {
  readonly #gathered: Gathered;
  readonly #parameters: Fields;

  constructor(gathered: Gathered, parameters: unknown) {
    this.#gathered = gathered;
    this.#parameters = fieldsOf(parameters);
  }

  /** Throws a Refusal that shows what is not literal. */
  text(id: string, what: string, value: unknown): string {
    const plain = this.maybe(value);
    if (plain !== undefined) return plain;
    const name = refOf(value);
    const usual = name === undefined ? undefined : this.#defaultOf(name);
    if (usual === undefined)
      throw new Refusal(`${what} is ${JSON.stringify(value)}, which only a deployment knows`);
    this.#gathered.remark('decide', `${what} is the parameter ${name}: its default ${usual} was taken`, id);
    return usual;
  }

  optional(id: string, what: string, value: unknown): string | undefined {
    return value === undefined || value === null ? undefined : this.text(id, what, value);
  }

  /** Undefined where it is not literal. */
  maybe(value: unknown): string | undefined {
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    const sub = isFields(value) ? value['Fn::Sub'] : undefined;
    return typeof sub === 'string' && !sub.includes('${') ? sub : undefined;
  }

  /** Of what `!GetAtt Name.Arn` or `!Ref Name` points to, unless that is a parameter. */
  logicalName(value: unknown): string | undefined {
    if (!isFields(value)) return undefined;
    const attribute = value['Fn::GetAtt'];
    const [name] = Array.isArray(attribute) ? attribute.map(String) : String(attribute ?? '').split('.');
    const found = name || refOf(value);
    return found === undefined || Object.hasOwn(this.#parameters, found) ? undefined : found;
  }

  #defaultOf(name: string): string | undefined {
    const usual = fieldsOf(this.#parameters[name])['Default'];
    return typeof usual === 'string' || typeof usual === 'number' ? String(usual) : undefined;
  }
}

/** `!Ref Name`, or `!Sub "${Name}"`. */
function refOf(value: unknown): string | undefined {
  if (!isFields(value)) return undefined;
  if (typeof value['Ref'] === 'string') return value['Ref'];
  const sub = value['Fn::Sub'];
  return typeof sub === 'string' ? /^\$\{([A-Za-z0-9]+)\}$/.exec(sub)?.[1] : undefined;
}
