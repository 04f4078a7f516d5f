/** Shows the floating hint above its point, within the window. */

import { useLayoutEffect, useRef } from 'preact/hooks';
import { tip } from '../core/tip.js';

const EDGE = 8;

export function FloatingTip() {
  const box = useRef<HTMLDivElement>(null);
  const shown = tip.value;
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !shown) return;
    const { offsetWidth: width, offsetHeight: height } = element;
    // Without the scrollbar.
    const room = document.documentElement.clientWidth;
    const x = Math.max(EDGE, Math.min(shown.x - width / 2, room - width - EDGE));
    const above = shown.y - height - 10;
    element.style.transform = `translate(${Math.round(x)}px, ${Math.round(above < EDGE ? shown.y + 14 : above)}px)`;
  });
  return shown ? (
    <div ref={box} class="tip" role="tooltip">
      {shown.content}
    </div>
  ) : null;
}
