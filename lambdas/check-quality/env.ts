export { batchEnv as env } from '../batch/environment.ts';
