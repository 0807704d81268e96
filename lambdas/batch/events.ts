import * as z from 'zod';

/** What the workflow gives each of its steps. */
export const runEvent = z.object({ runId: z.string().min(1).max(200) });
export type RunEvent = z.output<typeof runEvent>;

export const groupEvent = runEvent.extend({ manifest: z.string() });
export type GroupEvent = z.output<typeof groupEvent>;

/** A group of objects that one invocation works on: the content of `plans/<runId>/<kind>-<n>.json`. */
export const manifest = z.object({ objects: z.array(z.string()) });
export type Manifest = z.output<typeof manifest>;
