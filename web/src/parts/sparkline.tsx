/** A small line of numbers. */

export function Sparkline({
  values,
  width = 120,
  height = 24,
  label,
}: {
  values: readonly number[];
  width?: number;
  height?: number;
  label: string;
}) {
  const top = Math.max(1, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const points = values.map(
    (value, i) => `${(i * step).toFixed(1)},${(height - 1 - (value / top) * (height - 2)).toFixed(1)}`,
  );
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    >
      {points.length > 1 && <path class="area" d={`M0,${height}L${points.join('L')}L${width},${height}z`} />}
      {points.length > 1 && <path class="line" d={`M${points.join('L')}`} />}
    </svg>
  );
}
