/** How far something has come: what is done, and what could not be. */

export function Progress({
  done,
  failed = 0,
  of,
  isOver,
}: {
  done: number;
  failed?: number;
  of: number;
  isOver?: boolean;
}) {
  const share = (count: number): string => `${of === 0 ? 100 : Math.min(100, (count / of) * 100)}%`;
  return (
    <span
      class={`meter ${isOver ? 'over' : ''}`}
      role="progressbar"
      aria-label="Progress"
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={done + failed}
    >
      <i style={{ width: share(done) }} />
      <i class="failed" style={{ width: share(failed) }} />
    </span>
  );
}
