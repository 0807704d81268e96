import type { Command } from 'commander';
import { PolicyError } from '../../core/policy/errors.ts';
import { publishPolicy } from '../../lambdas/adapters/documents.ts';
import { UserError } from '../errors.ts';
import { type Place, placeFlags } from '../flags.ts';
import { interruptible, orInterrupted } from '../interrupt.ts';
import { publishedPolicies } from '../log/read.ts';
import { openStores } from '../open-target.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { loadPolicy } from '../policy-file.ts';
import { bandsText, decisionSteps } from '../policy/decision-text.ts';
import { ruleText } from '../../core/policy/rule-text.ts';
import { type PublishedPolicy, standings, tooLateToPublish } from '../policy/standing.ts';
import { plural, print, say, table } from '../ui.ts';

const publish = async (nameOrFile: string, place: Place): Promise<void> => {
  const { file, text } = loadPolicy(nameOrFile, 'policy');
  await interruptible(async (signal) => {
    const stores = await openStores(place, ['s3'], signal);
    try {
      const { policy, was } = await publishPolicy(stores.objects(), text, Date.now());
      const effective = new Date(policy.effectiveFrom).toISOString();
      print(
        was === 'there'
          ? `${policy.id} ${policy.version} is published on ${stores.title} already, effective from ${effective}`
          : `${policy.id} ${policy.version} is published on ${stores.title}, effective from ${effective} (digest ${policy.digest})`,
      );
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      throw new UserError(`policy ${file}: ${error.message}`, 'Nothing was published.');
    } finally {
      await stores.close();
    }
  });
};

const list = (place: Place, inJson: boolean): Promise<void> =>
  interruptible(async (signal) => {
    const stores = await openStores(place, ['s3'], signal);
    try {
      const published = standings(await orInterrupted(signal, publishedPolicies(stores.objects())), Date.now());
      if (inJson) print(JSON.stringify(published.map(publishedJson), null, 1));
      else
        print(
          table(
            ['', 'id', 'version', 'effective from', 'digest'],
            published.map(({ policy, standing }) => [
              standing,
              policy.id,
              policy.version,
              effective(policy),
              `${policy.digest.slice(0, 16)}…`,
            ]),
          ),
        );
    } finally {
      await stores.close();
    }
  });

export function policyCommand(parent: Command): void {
  const policy = parent.command('policy').description('look at policy documents, and publish them');
  placeFlags(policy.command('publish'))
    .argument('<name|file>', 'founding, default or the path of a document')
    .description('validate a policy document and publish it for ever; functions take it up without a deployment')
    .action((nameOrFile: string, place: Place) => publish(nameOrFile, place));
  placeFlags(policy.command('list'))
    .option('--json', 'print JSON')
    .description('the published policies, the latest first: pending, in force, past')
    .action(({ json, ...place }: Place & { json?: boolean }) => list(place, json === true));
  policy
    .command('check')
    .argument('<name|file>', 'founding, default or the path of a document')
    .option('--json', 'print JSON')
    .description('validate a policy document; prints its id, version, digest, thresholds and rules')
    .action((nameOrFile: string, options: { json?: boolean }) => {
      const { file, policy: checked } = loadPolicy(nameOrFile, 'policy');
      if (options.json) print(JSON.stringify(asJson(checked)));
      else show(file, checked);
      const tooLate = tooLateToPublish(checked, Date.now());
      if (tooLate !== null) say(`note: ${tooLate}`);
    });
}

const publishedJson = ({ policy, standing }: PublishedPolicy): unknown => ({
  standing,
  id: policy.id,
  version: policy.version,
  digest: policy.digest,
  effective_from: effective(policy),
  description: policy.description,
});

const effective = (policy: Policy): string => new Date(policy.effectiveFrom).toISOString();

function asJson(policy: Policy): unknown {
  const { thresholds, rules, exceptions } = policy.document;
  return {
    id: policy.id,
    version: policy.version,
    digest: policy.digest,
    effective_from: effective(policy),
    thresholds,
    rules: rules.map(({ id, version, on, severity, reason, when }) => ({ id, version, on, severity, reason, when })),
    exceptions: exceptions.length,
  };
}

function show(file: string, policy: Policy): void {
  const { thresholds, rules, exceptions } = policy.document;
  print(`${file} is valid`);
  print(
    table(
      ['', ''],
      [
        ['id', policy.id],
        ['version', policy.version],
        ['digest', policy.digest],
        ['effective from', effective(policy)],
        ['highest amount', thresholds.amount_ceiling],
        ['risk level', bandsText(policy)],
      ],
    ),
  );
  print('\nDecision, first match wins');
  print(
    table(
      ['', '', ''],
      decisionSteps(policy).map(({ when, outcome }, index) => [`${index + 1}.`, when, outcome]),
    ),
  );
  print('\nRules');
  for (const rule of rules) {
    print(`  ${rule.id} v${rule.version}  on ${rule.on}, severity ${rule.severity}: ${rule.reason}`);
    print(`      fires when ${ruleText(rule)}`);
  }
  print(rules.length === 0 ? '  none' : '');
  print(`${exceptions.length === 0 ? 'No exception' : plural(exceptions.length, 'exception')} to them`);
}
