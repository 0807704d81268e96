import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askToDrain, askToRunWorkflow, serveControl } from '../../../cli/control.ts';
import { Interrupted, UserError } from '../../../cli/errors.ts';
import type { Reconciliation } from '../../../cli/target.ts';
import { scratch } from './scratch.ts';

const dir = scratch();
const ALL_RIGHT: Reconciliation = { pending: 0, missing: 0, unexpected: 0, parityDifferences: 0, examples: {} };
const nothing = (): void => {};

/** What a stack would do when it is driven. */
const driven = {
  drained: async (onDelivered: (consumer: string, stream: 'credit_applications', n: number) => void) => {
    onDelivered('archive-log', 'credit_applications', 5);
    onDelivered('archive-log', 'credit_applications', 9);
  },
  runWorkflow: async (onState: (state: string) => void) => {
    onState('PlanBatch');
    return { ...ALL_RIGHT, pending: 2 };
  },
};

describe('a stack that is up', () => {
  it('drains and runs the batch for another process, telling how far it is', async () => {
    const control = await serveControl(dir.path, driven);
    const told: unknown[] = [];
    await askToDrain(dir.path, (...args) => told.push(args), new AbortController().signal);
    const result = await askToRunWorkflow(dir.path, (state) => told.push(state), new AbortController().signal);
    control.close();
    expect(told).toEqual([
      ['archive-log', 'credit_applications', 5],
      ['archive-log', 'credit_applications', 9],
      'PlanBatch',
    ]);
    expect(result).toEqual({ ...ALL_RIGHT, pending: 2 });
  });

  it('tells why it failed', async () => {
    const control = await serveControl(dir.path, {
      ...driven,
      runWorkflow: () => Promise.reject(new UserError('the workflow failed', 'look there', 1)),
    });
    await expect(askToRunWorkflow(dir.path, nothing, new AbortController().signal)).rejects.toMatchObject({
      message: 'the workflow failed',
      hint: 'look there',
      exitCode: 1,
    });
    control.close();
  });

  it('hears when the other process is interrupted', async () => {
    const controller = new AbortController();
    let heard = nothing;
    const aborted = new Promise<void>((resolve) => (heard = resolve));
    const control = await serveControl(dir.path, {
      ...driven,
      drained: (_onDelivered, signal) =>
        new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            heard();
            resolve();
          });
          controller.abort();
        }),
    });
    await expect(askToDrain(dir.path, nothing, controller.signal)).rejects.toThrow(Interrupted);
    await aborted;
    control.close();
  });

  it('answers nobody but its own user, and leaves no socket behind', async () => {
    const control = await serveControl(dir.path, driven);
    const socket = readdirSync(dir.path).find((name) => name.endsWith('.sock')) as string;
    expect(statSync(join(dir.path, socket)).mode & 0o077).toBe(0);
    control.close();
    expect(existsSync(join(dir.path, socket))).toBe(false);
    await expect(askToDrain(dir.path, nothing, new AbortController().signal)).rejects.toThrow(/does not answer/);
  });

  it('works in a directory with a long name, and over what a killed process left', async () => {
    const deep = join(dir.path, 'x'.repeat(100), 'y'.repeat(100));
    mkdirSync(deep, { recursive: true });
    const killed = await serveControl(deep, driven);
    const control = await serveControl(deep, driven);
    await askToDrain(deep, nothing, new AbortController().signal);
    control.close();
    killed.close();
  });
});
