/** Secrets for the signatures of `http.request`, each a variable of its own, so that no payload has to hold one. */

import { isSecret, SECRET_GRAMMAR } from '../builtin/signature.js';
import type { Problem } from '../domain/input/errors.js';

/** `CARILLON_HTTP_SECRET_<NAME>` is what payloads call `<name>`, in lower case and with - for _. */
export const SECRET_VARIABLE = /^CARILLON_HTTP_SECRET_([A-Z0-9][A-Z0-9_]{0,62})$/;

/** By the names that payloads have for them. */
export function readHttpSecrets(
  env: Readonly<Record<string, string | undefined>>,
  problems: Problem[],
): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const [variable, value] of Object.entries(env)) {
    const [, name] = SECRET_VARIABLE.exec(variable) ?? [];
    if (name === undefined || value === undefined || value === '') continue;
    if (isSecret(value)) secrets[name.toLowerCase().replaceAll('_', '-')] = value;
    else problems.push({ pointer: variable, detail: `must be ${SECRET_GRAMMAR}` });
  }
  return secrets;
}
