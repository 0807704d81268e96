import { Command } from 'commander';
import { readReports, withQuestions, writeReports } from './document/document.ts';
import { differences, GENERATED, generateAll, readGenerated, writeGenerated } from './files.ts';

const program = new Command('npm run bi --')
  .description('Writes the files of QuickSight, Power BI, Grafana and CloudWatch from the catalogue (bi/catalogue).')
  .option('--check', 'write nothing; name what is stale and exit with 1', false)
  .addHelpText('after', '\nExamples:\n  npm run bi\n  npm run bi -- --check')
  .parse();

const wanted = generateAll();
if (program.opts<{ check: boolean }>().check) {
  const stale = [...differences(readGenerated(), wanted)];
  if (readReports() !== withQuestions(readReports())) stale.push('the table of docs/reports.md is stale');
  for (const line of stale) process.stderr.write(`${line}\n`);
  if (stale.length > 0) process.stderr.write('Run npm run bi, and commit what it writes.\n');
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  const written = writeGenerated(wanted);
  if (writeReports()) process.stdout.write('docs/reports.md\n');
  for (const path of written) process.stdout.write(`bi/generated/${path}\n`);
  process.stdout.write(`${wanted.size} files in ${GENERATED}, ${written.length} changed\n`);
}
