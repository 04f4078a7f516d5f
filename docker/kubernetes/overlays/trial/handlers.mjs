/** What the workers of the trial run. */

export default {
  'demo.heartbeat': async (_payload, { schedule }) => ({ beat: schedule?.nominalAt ?? 'by hand' }),
};
