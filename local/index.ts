/** The embedded stack: hosts on one machine what `cdk synth` wrote. */
export { type HeldRun, heldRun } from './data/contents.ts';
export { type DataDirectory, type OpenOptions, openDataDirectory, runningStack } from './data/directory.ts';
export type { Endpoints, RunFile } from './data/run-file.ts';
export { LocalError } from './errors.ts';
export type { Invocation } from './functions/environment.ts';
export type { FunctionHost } from './functions/host.ts';
export type { FunctionStatistics } from './functions/pool.ts';
export type { HostilityOptions } from './poller/hostility.ts';
export type { ConsumerStatus, DrainOptions } from './poller/poller.ts';
export { stopOnSignals } from './process/signals.ts';
export type { ServiceName } from './servers/server.ts';
export type { Clients } from './stack/clients.ts';
export type { Phase, StackOptions } from './stack/options.ts';
export { services, type Services } from './stack/services.ts';
export { type Stack, startStack } from './stack/stack.ts';
export type { RunOptions, StateTiming, WorkflowResult } from './workflow/host.ts';
export { warehousePool } from './stack/warehouse-client.ts';
