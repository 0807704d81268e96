import { program } from './index.ts';
import { fail } from './fail.ts';

try {
  await program().parseAsync(process.argv);
} catch (error) {
  process.exitCode = fail(error);
}
// Whatever still holds the event loop (a keep-alive socket) must not hold the person.
process.exit(process.exitCode ?? 0);
