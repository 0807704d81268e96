import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsoleDeps, Desk, Replayed } from '../../console/api/deps.ts';
import type { Role } from '../../console/api/types.ts';
import { type ConsoleServer, serveConsole } from '../../console/server/server.ts';
import { WAREHOUSE_SLACK_MINUTES } from '../../core/contract/objectives.ts';
import { ruleText } from '../../core/policy/rule-text.ts';
import { readSqlFiles } from '../../lambdas/adapters/sql-files.ts';
import { UserError, errorCode } from '../errors.ts';
import { type Explained, explain } from '../explain/explain.ts';
import type { Stores } from '../target.ts';
import { say } from '../ui.ts';
import { builtWeb } from './web.ts';

/** How old the warehouse may be: as the alarm `warehouse-stale` has it. */
export const staleAfterMinutes = ({ batchIntervalMinutes }: Pick<Stores, 'batchIntervalMinutes'>): number =>
  batchIntervalMinutes + WAREHOUSE_SLACK_MINUTES;

export interface ConsoleFlags {
  readonly role: Role;
  readonly port?: number | undefined;
  /** where the key of the tokens is kept; null: for this run alone */
  readonly data: string | null;
}

/** Serves the console upon stores until it is closed. @throws UserError when the port is taken, or nothing can be served */
export async function openConsole(stores: Stores, { role, port, data }: ConsoleFlags): Promise<ConsoleServer> {
  const web = await builtWeb();
  const reader = await stores.readers();
  const deps: ConsoleDeps = {
    warehouse: reader,
    ...(reader.blocks === undefined ? {} : { blocks: reader.blocks }),
    objects: stores.objects(),
    replay: (applicationId, userId) => replay(stores, applicationId, userId),
    desk: desk(stores),
    role,
    tokenKey: data === null ? newKey() : keptKey(data),
    migrations: readSqlFiles('migrations').map(({ name }) => name),
    staleAfterMinutes: staleAfterMinutes(stores),
    liveSince: liveSince(stores, Date.now()),
    now: Date.now,
    onError: (error) => say(`console: ${error instanceof Error ? error.message : String(error)}`),
  };
  const server = await serveConsole({ deps, web, port }).catch((error: unknown) => {
    if (errorCode(error) !== 'EADDRINUSE' && errorCode(error) !== 'EACCES') throw error;
    throw new UserError(
      `--port ${port}: the port is taken, or not ours to take`,
      'Leave --port out: one that is free is chosen.',
    );
  });
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await reader.end();
    },
  };
}

/** Since the stack is up, as far as that is of today; of one that is not ours, the last minutes. */
const liveSince = ({ running }: Stores, now: number): number =>
  running?.since === null || running === null
    ? now - 15 * 60_000
    : Math.max(Date.parse(running.since), now - 24 * 3_600_000);

async function replay(stores: Stores, applicationId: string, userId: string): Promise<Replayed[]> {
  const found = await explain(stores.objects(), { id: applicationId, user: userId }, ({ key, reason }) =>
    say(`unreadable: ${key}: ${reason}`),
  );
  return found.map(replayed);
}

const replayed = ({ record, assessment, history, stored, policy }: Explained): Replayed => ({
  position: record.position,
  arrival: record.arrival,
  disposition: assessment.disposition,
  outcome: assessment.outcome,
  digest: assessment.digest,
  stored,
  policy: { id: policy.id, version: policy.version },
  history: history.length,
  rules: assessment.rules,
  conditions: Object.fromEntries(policy.document.rules.map((rule) => [rule.id, ruleText(rule)])),
});

const desk = (stores: Stores): Desk => ({
  showAlert: (id) => stores.atDesk((at) => at.showAlert(id)),
  disposeAlert: (change) => stores.atDesk((at) => at.disposeAlert(change)),
  showReviews: (applicationId, userId) => stores.atDesk((at) => at.showReviews(applicationId, userId)),
  reviewApplication: (review) => stores.atDesk((at) => at.reviewApplication(review)),
});

const newKey = (): string => randomBytes(32).toString('hex');

/** Kept beside the data, so that a token, and a bookmark with it, means the same person tomorrow. */
function keptKey(data: string): string {
  const file = join(data, 'console.key');
  if (!existsSync(file)) {
    try {
      writeFileSync(file, newKey(), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      // Another console was first.
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
  return readFileSync(file, 'utf8');
}
