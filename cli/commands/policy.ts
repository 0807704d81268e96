import type { Command } from 'commander';
import { loadPolicy } from '../policy-file.ts';
import { print, table } from '../ui.ts';

export function policyCommand(parent: Command): void {
  const policy = parent.command('policy').description('look at policy documents');
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
