/** Where the page is: plain links, read from the address; every view is a URL below the page's <base>. */

import { computed, signal } from '@preact/signals';

/** Ends in a slash; what the server wrote into <base>. */
export const BASE = new URL(document.baseURI).pathname;

export const address = signal(new URL(location.href));

/** Below the base, beginning with a slash, without one at the end. */
export const path = computed(() => {
  const below = address.value.pathname.slice(BASE.length - 1);
  return below.length > 1 ? below.replace(/\/+$/, '') : '/';
});

export const query = computed(() => address.value.searchParams);

const follow = (): void => {
  address.value = new URL(location.href);
};

/** `to`: below the base, without a slash at the start: `tasks?state=dead`. */
export function navigate(to: string, { replace = false } = {}): void {
  const url = new URL(to, document.baseURI);
  if (url.href === location.href) return;
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  const isOther = url.pathname !== address.value.pathname;
  follow();
  if (isOther && !replace) scrollTo(0, 0);
}

/** This view with other fields of its query; undefined takes one away. */
export function withQuery(changes: Record<string, string | readonly string[] | undefined>): string {
  const fields = new URLSearchParams(address.value.search);
  for (const [name, value] of Object.entries(changes)) {
    fields.delete(name);
    for (const one of [value ?? []].flat()) if (one !== '') fields.append(name, one);
  }
  const text = fields.toString();
  return `${path.value.slice(1)}${text && `?${text}`}` || './';
}

/** The parts of an address that fits a pattern such as `/tasks/:id`; null for another one. */
export function match(pattern: string, at: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split('/'), at.split('/')];
  if (wanted.length !== given.length) return null;
  const parts: Record<string, string> = {};
  for (const [i, one] of wanted.entries()) {
    const found = given[i] ?? '';
    if (!one.startsWith(':')) {
      if (one !== found) return null;
    } else {
      const text = decoded(found);
      if (text === null || text === '') return null;
      parts[one.slice(1)] = text;
    }
  }
  return parts;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A click on a plain link within the dashboard stays on the page. */
export function startRouter(): void {
  addEventListener('popstate', follow);
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest?.('a');
    if (
      !link ||
      event.defaultPrevented ||
      event.button !== 0 ||
      link.target ||
      link.hasAttribute('download')
    ) {
      return;
    }
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !url.pathname.startsWith(BASE)) return;
    if (/^(v1\/|openapi\.json)/.test(url.pathname.slice(BASE.length))) return;
    event.preventDefault();
    navigate(url.href);
  });
}
