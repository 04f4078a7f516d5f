/** The handler that .ci/run's worker runs from the installed package. */

export default {
  'ci.greet': async (payload) => `hello ${payload.name}`,
};
