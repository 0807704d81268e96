export { batchLogEnv as env } from '../batch/environment.ts';
