import * as z from 'zod';

/** What the workflow gives each of its steps. */
export const runEvent = z.object({ runId: z.string().min(1).max(200) });
export type RunEvent = z.output<typeof runEvent>;

/** … and the first of them what the execution was started with. A word that is not known would be a wish not heard. */
export const planEvent = runEvent.extend({
  input: z
    .strictObject({
      /** list the whole log and all receipts: for objects that were put there in another way than by the stream */
      full: z.boolean().default(false),
    })
    .default({ full: false }),
});
export type PlanEvent = z.input<typeof planEvent>;

export const groupEvent = runEvent.extend({ manifest: z.string() });
export type GroupEvent = z.output<typeof groupEvent>;

/** A group of objects that one invocation works on: the content of `plans/<runId>/<kind>-<n>.json`. */
export const manifest = z.object({ objects: z.array(z.string()) });
export type Manifest = z.output<typeof manifest>;
