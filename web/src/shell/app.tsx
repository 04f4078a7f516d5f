/** The frame around every view: rail, strip, what is wrong with the connection, and the one dialog. */

import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks';
import { DASHBOARD_PATHS } from '../../../src/api/dashboard-paths.js';
import { unauthorized } from '../core/api.js';
import { asked } from '../core/asked.js';
import { Problem, problemOf } from '../core/problems.js';
import { address, match, navigate, path } from '../core/router.js';
import { learnSession } from '../core/session.js';
import { tip } from '../core/tip.js';
import { type PageProps, VIEWS } from '../pages.js';
import { AskedDialog } from '../parts/dialog.js';
import { NotFound, Page, Trouble } from '../parts/page.js';
import { FloatingTip } from '../parts/tip.js';
import { Toasts } from '../parts/toasts.js';
import { Help } from './help.js';
import { Outage } from './outage.js';
import { Rail } from './rail.js';
import { Strip } from './strip.js';

export function App() {
  useEffect(() => {
    void learnSession();
  }, []);
  useEffect(() => {
    if (unauthorized.value && path.value !== '/login') {
      navigate(`login?next=${encodeURIComponent(`${path.value}${address.value.search}`)}`, { replace: true });
    }
  }, [unauthorized.value]);
  if (path.value === '/login') {
    return (
      <main class="alone">
        <Outlet />
      </main>
    );
  }
  return (
    <div class="frame">
      <nav aria-label="Skip">
        <button type="button" class="skip-link" onClick={() => document.querySelector('h1')?.focus()}>
          Skip to the content
        </button>
      </nav>
      <Rail />
      <div class="content">
        <Strip />
        <Outage />
        <main>
          <Outlet />
        </main>
      </div>
      <AskedDialog />
      <Help />
      <Toasts />
      <FloatingTip />
    </div>
  );
}

const loaded = new Map<string, ComponentType<PageProps>>();

function find(
  at: string,
): { pattern: (typeof DASHBOARD_PATHS)[number]; params: Record<string, string> } | null {
  for (const pattern of DASHBOARD_PATHS) {
    const params = match(pattern, at);
    if (params) return { pattern, params };
  }
  return null;
}

/** A view that breaks leaves the frame around it standing. */
function Guarded({ View, title, params }: { View: ComponentType<PageProps>; title: string } & PageProps) {
  const [error] = useErrorBoundary((broken) => console.error(broken));
  if (!error) return <View params={params} />;
  return (
    <Page title={title}>
      <Trouble problem={problemOf(error)} />
    </Page>
  );
}

function Outlet() {
  const found = find(path.value);
  const pattern = found?.pattern;
  const came = useSignal(0);
  const failed = useSignal<Problem | null>(null);
  const isFirst = useRef(true);

  useEffect(() => {
    tip.value = null;
    asked.value = null;
    // Who hears the page hears where they are; who opened it begins at its top.
    if (!isFirst.current) document.querySelector('h1')?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [path.value]);

  useEffect(() => {
    failed.value = null;
    if (!pattern || loaded.has(pattern)) return;
    VIEWS[pattern].load().then(
      ({ default: view }) => {
        loaded.set(pattern, view);
        came.value += 1;
      },
      () => {
        failed.value = new Problem({
          status: 0,
          detail: 'This view could not be loaded. Load the page again.',
        });
      },
    );
  }, [pattern]);

  if (!found || !pattern) return <NotFound />;
  // Read, so that what came is drawn.
  void came.value;
  const View = loaded.get(pattern);
  if (View)
    return <Guarded key={path.value} View={View} title={VIEWS[pattern].title} params={found.params} />;
  return <Page title={VIEWS[pattern].title}>{failed.value && <Trouble problem={failed.value} />}</Page>;
}
