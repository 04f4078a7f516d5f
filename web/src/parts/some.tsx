/** The first of many, as the API tells them, and how many more there are. */

import type { ComponentChildren } from 'preact';

export interface Some<Item> {
  count: number;
  first: Item[];
}

/** Runs that an edit made come, go, or come at another time. */
export interface ChangedRuns {
  until: string;
  before: number;
  after: number;
  added: Some<string>;
  removed: Some<string>;
  moved: Some<{ from: string; to: string }>;
}

export function SomeList<Item>({
  of,
  children,
}: {
  of: Some<Item>;
  children: (item: Item) => ComponentChildren;
}) {
  return (
    <ul>
      {of.first.map((item) => (
        <li key={JSON.stringify(item)}>{children(item)}</li>
      ))}
      {of.count > of.first.length && <li class="quiet">and {of.count - of.first.length} more</li>}
    </ul>
  );
}
