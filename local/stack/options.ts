import type { HostilityOptions } from '../poller/hostility.ts';
import type { Ports } from './servers.ts';
import type { DataDirectory } from '../data/directory.ts';
import type { Endpoints } from '../data/run-file.ts';

/** What startStack is doing, for a person who waits. */
export type Phase = 'synth' | 'servers' | 'resources' | 'migrations' | 'ready';

export interface StackOptions {
  readonly directory: DataDirectory;
  /** a cloud assembly @default synthesised, or taken from the cache */
  readonly assembly?: string;
  /** fixed ports @default chosen by the system */
  readonly ports?: Ports;
  /** policy documents (their text) that are published before any function runs @default none */
  readonly policies?: readonly string[];
  /** feed the streams to the functions at once; otherwise when {@link Stack.consume} is called @default true */
  readonly consume?: boolean;
  /** run the app's schedule while the stack is up @default false */
  readonly schedule?: boolean;
  /** most processes of a function, by its short name @default what its event sources ask for, bounded by the cores */
  readonly concurrency?: Readonly<Record<string, number>>;
  /** waits between retries of a failing batch @default from 100 ms to 5 s */
  readonly backoff?: { readonly baseMs: number; readonly mostMs: number };
  /** what goes wrong on purpose, for tests */
  readonly hostility?: HostilityOptions;
  /**
   * where functions are to look for services, given where these are: for tests that put something in between
   * @default where they are
   */
  readonly functionEndpoints?: (endpoints: Endpoints) => Promise<Partial<Endpoints>>;
  readonly onPhase?: (phase: Phase) => void;
  /** of an execution that the schedule started */
  readonly onScheduled?: (result: unknown) => void;
  /** stops the start where it is */
  readonly signal?: AbortSignal;
}
