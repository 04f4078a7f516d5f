/** How long the latest runs took, oldest first. */

import { useMemo } from 'preact/hooks';
import type { RunView } from '../../core/types.js';
import { length } from '../../core/words.js';
import { Chart, type Line } from '../../parts/chart.js';

const FEWEST = 3;

export function Durations({ runs }: { runs: readonly RunView[] }) {
  const { times, lines } = useMemo(() => chartOf(runs), [runs]);
  if (times.length < FEWEST) return null;
  return (
    <Chart
      label="Length and lateness of the latest runs"
      times={times}
      lines={lines}
      tell={length}
      height={140}
    />
  );
}

function chartOf(runs: readonly RunView[]): { times: number[]; lines: Line[] } {
  const ended = runs.filter(({ runMs }) => runMs !== undefined).toReversed();
  return {
    times: ended.map(({ nominalAt }) => Date.parse(nominalAt)),
    lines: [
      { label: 'ran', colour: '--accent', isArea: true, values: ended.map(({ runMs }) => runMs) },
      { label: 'late', colour: '--retrying', values: ended.map(({ latenessMs }) => latenessMs) },
    ],
  };
}
