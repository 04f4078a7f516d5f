/** What every view begins with: its title, one heading, and what can be done. */

import type { ComponentChildren } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { Problem } from '../core/problems.js';

interface PageProps {
  /** Also the title of the tab. */
  title: string;
  /** Shown in place of the title, where more than a text belongs there. */
  heading?: ComponentChildren;
  /** What it belongs to: links up. */
  above?: ComponentChildren;
  /** Behind the heading: a state, a switch. */
  beside?: ComponentChildren;
  actions?: ComponentChildren;
  children?: ComponentChildren;
}

export function Page({ title, heading, above, beside, actions, children }: PageProps) {
  useLayoutEffect(() => {
    document.title = title === 'Carillon' ? title : `${title} · Carillon`;
  }, [title]);
  return (
    <div class="page">
      <header class="page-head">
        {above && <p class="above">{above}</p>}
        <div class="page-line">
          <h1 tabIndex={-1}>{heading ?? title}</h1>
          {beside}
          {actions && <div class="actions">{actions}</div>}
        </div>
      </header>
      {children}
    </div>
  );
}

/** A part of a view with a heading of its own; without children it is not there. */
export function Section({
  id,
  title,
  beside,
  actions,
  children,
}: {
  /** To be scrolled to. */
  id?: string;
  title: string;
  beside?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="section" id={id}>
      <div class="section-head">
        <h2>{title}</h2>
        {beside && <span class="quiet">{beside}</span>}
        {actions && <div class="actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** Names and values, in two columns. */
export function Facts({
  of,
}: {
  of: readonly (readonly [string, ComponentChildren] | null | false | undefined | '')[];
}) {
  return (
    <dl class="facts">
      {of.map((fact, i) =>
        fact ? (
          <div key={i}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** What the API said instead of an answer. */
export function Trouble({ problem }: { problem: Problem }) {
  const [first, ...more] = problem.lines;
  return (
    <div class="trouble" role="alert">
      <p>{first}</p>
      {more.map((line) => (
        <p key={line} class="quiet">
          {line}
        </p>
      ))}
    </div>
  );
}

export function NotFound({ what = 'This page', children }: { what?: string; children?: ComponentChildren }) {
  return (
    <Page title="Not found">
      <div class="empty">
        <p class="empty-title">{what} was not found.</p>
        {children ?? (
          <p>
            It may have been deleted, or the address is wrong. <a href="./">Go to the overview</a>
          </p>
        )}
      </div>
    </Page>
  );
}
