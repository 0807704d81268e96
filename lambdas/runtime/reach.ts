import * as z from 'zod';
import type { Reach } from '../../core/contract/reach.ts';

/** How far the stream reaches back, as the template sets it. */
export const reachEnv = z.object({
  MAX_RECORD_AGE_HOURS: z.coerce.number().positive(),
  GIVE_UP_MARGIN_MINUTES: z.coerce.number().min(0),
});

export const reachOf = (env: z.output<typeof reachEnv>): Reach => ({
  maxAgeHours: env.MAX_RECORD_AGE_HOURS,
  marginMinutes: env.GIVE_UP_MARGIN_MINUTES,
});
