/** The values of a chart at one time. */

export function ChartHint({
  title,
  rows,
}: {
  title: string;
  rows: readonly { label: string; colour: string; text: string }[];
}) {
  return (
    <div>
      <p class="tip-title">{title}</p>
      <dl class="tip-rows">
        {rows.map(({ label, colour, text }) => (
          <div key={label}>
            <dt>
              <i class="swatch" style={{ background: `var(${colour})` }} />
              {label}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
