import { streamDependencies } from '../stream/dependencies.ts';

export const dependencies = streamDependencies();
