/** Room for what comes and goes: what stands below it keeps its place. */

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** `atLeast`: px that are there from the beginning. It grows where it must, and never shrinks while somebody looks. */
export function Room({ atLeast, children }: { atLeast: number; children: ComponentChildren }) {
  const place = useRef<HTMLDivElement>(null);
  const tallest = useRef(atLeast);
  useLayoutEffect(() => {
    const room = place.current;
    if (!room) return;
    tallest.current = Math.max(tallest.current, room.offsetHeight);
    room.style.minHeight = `${tallest.current}px`;
  });
  return (
    <div ref={place} style={{ minHeight: `${atLeast}px` }}>
      {children}
    </div>
  );
}
