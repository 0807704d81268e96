import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  LOG_PREFIX,
  POLICIES_PREFIX,
  RECEIPTS_PREFIX,
  REDRIVEN_PREFIX,
  UNDECIDED_PREFIX,
} from '../../core/contract/storage.ts';
import { CONTEXT_KEYS, loadSettings } from '../../lib/config/load.ts';
import { PROJECT_ROOT } from '../../lib/paths.ts';
import { synthesise } from './synth.ts';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
const GUIDE = read('docs/deploy.md');

/** What a setting's cell of a stage must hold. Account and region are whoever's is deploying. */
function cell(key: string, stage: string): string {
  if (key === 'account' || key === 'region') return 'yours';
  const value = String((loadSettings({ stage }) as Readonly<Record<string, unknown>>)[key]);
  return value === '' ? 'none' : `\`${value}\``;
}

describe('the settings in docs/deploy.md', () => {
  it('are all there are, with the values of dev and prod', () => {
    const [, table = ''] = /<!-- settings -->([^]*)<!-- \/settings -->/.exec(GUIDE) ?? [];
    const rows = [...table.matchAll(/^\| `(\w+)` \| (.*?) \| (.*?) \| (.+) \|$/gm)].map((row) => row.slice(1, 4));
    expect(rows).toEqual(CONTEXT_KEYS.map((key) => [key, cell(key, 'dev'), cell(key, 'prod')]));
  });
});

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: { readonly StringLike: { readonly 's3:prefix': string[] } };
}

/** Where crp calls AWS for a stage. */
const CALLERS = [
  'cli/stage/outputs.ts',
  'cli/stage/warehouse.ts',
  'cli/stage/function-sender.ts',
  'cli/stage/workflow.ts',
  'cli/produce/kinesis.ts',
  'lambdas/adapters/s3-objects.ts',
];
/** Actions that are called otherwise than their commands. */
const ACTIONS: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:ListObjectsV2': 's3:ListBucket',
};

function actionsOf(source: string): string[] {
  return [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-(\w+)'/g)].flatMap(([, names, client]) => {
    const service = client === 'sfn' ? 'states' : client!;
    return names!.split(',').flatMap((name) => {
      const [, command] = /^(?:paginate)?(\w+?)(?:Command)?$/.exec(name.trim()) ?? [];
      const called = /Command$|^paginate/.test(name.trim()) ? `${service}:${command}` : null;
      return called === null ? [] : [ACTIONS[called] ?? called];
    });
  });
}

describe('the policy in docs/deploy.md', () => {
  const [, json = ''] = /```json\n([^]*?)```/.exec(GUIDE) ?? [];
  const statements = (JSON.parse(json) as { Statement: Statement[] }).Statement;
  const list = (value: string | string[]): string[] => [value].flat();

  it('allows what the command line calls, and nothing else but the key', () => {
    const allowed = statements.flatMap(({ Action }) => list(Action)).filter((action) => !action.startsWith('kms:'));
    const called = CALLERS.flatMap((file) => actionsOf(read(file)));
    expect([...new Set(allowed)].sort()).toEqual([...new Set(called)].sort());
  });

  it('is for the prefixes that the command line reads and writes', () => {
    const by = (sid: string): Statement => statements.find(({ Sid }) => Sid === sid)!;
    const prefixes = (sid: string): string[] =>
      list(by(sid).Resource).map((arn) => arn.slice('arn:aws:s3:::LOG_BUCKET/'.length, -'/*'.length));
    const all = [LOG_PREFIX, RECEIPTS_PREFIX, POLICIES_PREFIX, UNDECIDED_PREFIX, REDRIVEN_PREFIX];
    expect(prefixes('ReadObjects')).toEqual(all);
    expect(by('ListObjects').Condition?.StringLike['s3:prefix']).toEqual(all.map((prefix) => `${prefix}/*`));
    expect(prefixes('RememberRedriven')).toEqual([REDRIVEN_PREFIX]);
    expect(prefixes('PublishPolicies')).toEqual([POLICIES_PREFIX]);
  });

  it('has a star as the resource of what knows no other alone, and each statement in the table', () => {
    const stars = statements.filter(({ Resource }) => list(Resource).includes('*')).map(({ Sid }) => Sid);
    expect(stars).toEqual(['FindTheStage']);
    for (const { Sid } of statements.slice(2)) expect(GUIDE).toContain(`\`${Sid}\``);
  });
});

describe('what docs/deploy.md says of stacks', { timeout: 120_000 }, () => {
  it('names them in the order in which they are deployed', () => {
    const named = [...GUIDE.matchAll(/^\| \d \| `(credit-risk-dev-\w+)`/gm)].map(([, name]) => name);
    expect(named).toEqual(Object.values(synthesise({ stage: 'dev' }).stacks).map(({ name }) => name));
  });

  it('lets prod be removed on purpose by the two settings that it gives', () => {
    const given = { stage: 'prod', removalPolicy: 'destroy', deletionProtection: 'false' };
    expect(GUIDE).toContain('-c stage=prod -c removalPolicy=destroy -c deletionProtection=false');
    for (const { resources } of Object.values(synthesise(given).stacks))
      for (const { Type, DeletionPolicy = 'Delete', Properties } of Object.values(resources)) {
        expect(DeletionPolicy, Type).toBe('Delete');
        expect(Properties?.['DeletionProtection'] ?? false, Type).toBe(false);
      }
  });
});
