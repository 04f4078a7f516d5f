/** Example handlers, as `carillon dev` runs them: plain functions by name. Times arrive as text, results are JSON. */

interface Context {
  readonly attempt: number;
  readonly schedule?: { readonly id: string; readonly nominalAt: string };
}

export default {
  'demo.heartbeat': async (_payload: unknown, ctx: Context) => ({
    beat: ctx.schedule?.nominalAt ?? 'by hand',
  }),

  'demo.report': async (payload: { what?: string } | null) =>
    `report on ${payload?.what ?? 'everything'} written`,

  'demo.greet': async (payload: { name?: string } | null) => `Hello, ${payload?.name ?? 'world'}!`,

  /** Fails at the first attempt, so that a retry can be watched. */
  'demo.flaky': async (_payload: unknown, ctx: Context) => {
    if (ctx.attempt === 1) throw new Error('the first attempt of this example always fails');
    return `succeeded at attempt ${ctx.attempt}`;
  },
};
