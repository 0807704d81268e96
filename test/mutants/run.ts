/** `npm run mutants [-- NAME…]`: applies each patch to a copy of the project; the tests it names must fail there. */
import { rmSync } from 'node:fs';
import { apply, copyOfProject, mutants, runTests } from './mutants.ts';

const wanted = process.argv.slice(2);
const all = mutants().filter((m) => wanted.length === 0 || wanted.some((name) => m.name.includes(name)));
if (all.length === 0) {
  console.error(
    `no mutant is named like ${wanted.join(', ')}; there are: ${mutants()
      .map((m) => m.name)
      .join(', ')}`,
  );
  process.exit(2);
}

const intact = copyOfProject();
const files = [...new Set(all.flatMap((m) => m.caughtBy))];
console.log(`the ${files.length} test files without any bug …`);
const before = runTests(intact, files);
rmSync(intact, { recursive: true, force: true });
if (before.failed.length > 0 || before.broken || before.passed === 0) {
  console.error(`they must pass first, but: ${before.broken ?? (before.failed.join('; ') || 'no test ran')}`);
  process.exit(1);
}
console.log(`  ${before.passed} tests pass`);

let survived = 0;
for (const mutant of all) {
  const copy = copyOfProject();
  try {
    const refused = apply(mutant, copy);
    const run = refused ? null : runTests(copy, mutant.caughtBy);
    const caught = run !== null && run.failed.length > 0;
    if (!caught) survived += 1;
    console.log(`${caught ? '✓ caught  ' : '✗ SURVIVED'} ${mutant.name}: ${mutant.bug}`);
    if (caught)
      console.log(`    by "${run.failed[0]}"${run.failed.length > 1 ? ` and ${run.failed.length - 1} more` : ''}`);
    else
      console.log(
        `    ${refused ? `the patch does not apply: ${refused}` : (run?.broken ?? 'every named test passed')}`,
      );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
console.log(`${all.length - survived} of ${all.length} caught`);
process.exit(survived === 0 ? 0 : 1);
