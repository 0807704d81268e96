import type { Command } from 'commander';
import { PolicyError } from '../../core/policy/errors.ts';
import { publishPolicy } from '../../lambdas/adapters/documents.ts';
import { UserError } from '../errors.ts';
import { type Place, placeFlags } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { openStores } from '../open-target.ts';
import { loadPolicy } from '../policy-file.ts';
import { print, table } from '../ui.ts';

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

export function policyCommand(parent: Command): void {
  const policy = parent.command('policy').description('look at policy documents, and publish them');
  placeFlags(policy.command('publish'))
    .argument('<name|file>', 'founding, default or the path of a document')
    .description('validate a policy document and publish it for ever; functions take it up without a deployment')
    .action((nameOrFile: string, place: Place) => publish(nameOrFile, place));
  policy
    .command('check')
    .argument('<name|file>', 'founding, default or the path of a document')
    .option('--json', 'print JSON')
    .description('validate a policy document; prints its id, version, digest and rules')
    .action((nameOrFile: string, options: { json?: boolean }) => {
      const { file, policy: document } = loadPolicy(nameOrFile, 'policy');
      const rules = document.document.rules.map((rule) => ({
        id: rule.id,
        version: rule.version,
        on: rule.on,
        severity: rule.severity,
      }));
      const effective = new Date(document.effectiveFrom).toISOString();
      if (options.json) {
        print(
          JSON.stringify({
            id: document.id,
            version: document.version,
            digest: document.digest,
            effective_from: effective,
            rules,
          }),
        );
        return;
      }
      print(`${file} is valid`);
      print(
        table(
          ['', ''],
          [
            ['id', document.id],
            ['version', document.version],
            ['digest', document.digest],
            ['effective from', effective],
          ],
        ),
      );
      print('');
      print(
        table(
          ['rule', 'version', 'on', 'severity'],
          rules.map((rule) => [rule.id, String(rule.version), rule.on, rule.severity]),
        ),
      );
    });
}
