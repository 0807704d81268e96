export { env } from '../stream/env.ts';
