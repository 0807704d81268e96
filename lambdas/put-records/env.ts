import * as z from 'zod';
import { commonEnv } from '../runtime/env.ts';

export const env = commonEnv.extend({ KAFKA_BROKERS: z.string() });
