/** Whether a number as it is written is the number that JavaScript makes of it, or one nearby. */

/** `source`: a YAML or JSON number. Infinity and NaN as YAML writes them are none. */
export function numberSurvives(source: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  const text = source.trim().replace(/^\+/, '');
  if (/^-?0[xob]/i.test(text)) return Number.isSafeInteger(value);
  const written = partsOf(text);
  const kept = partsOf(String(value));
  if (!written || !kept) return true;
  return written.digits === kept.digits && (written.digits === '' || written.exponent === kept.exponent);
}

/** The value is 0.<digits> × 10^exponent, without zeros at either end. */
function partsOf(text: string): { digits: string; exponent: number } | null {
  const match = /^-?(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(text);
  if (!match) return null;
  const [, whole = '', fraction = '', power = '0'] = match;
  const all = whole + fraction;
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  return { digits: all.slice(leading).replace(/0+$/, ''), exponent: whole.length - leading + Number(power) };
}
