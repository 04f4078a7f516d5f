/** Colours of the tokens for a canvas, which knows no custom properties. */

/** `names`: custom properties, as they are within `place` now. */
export function coloursIn<Name extends string>(place: Element, names: readonly Name[]): Record<Name, string> {
  const probe = document.createElement('i');
  place.append(probe);
  const found = {} as Record<Name, string>;
  for (const name of names) {
    probe.style.color = `var(${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

/** `share` of its strength: `rgb(1, 2, 3)` and `oklch(…)` as browsers compute them. */
export const faded = (colour: string, share: number): string =>
  colour.includes(',')
    ? colour.replace(/^rgba?\((.*)\)$/, `rgba($1, ${share})`)
    : colour.replace(/\)$/, ` / ${share})`);
